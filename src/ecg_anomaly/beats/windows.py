"""Cut a record into beats."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_positions import BeatPositions, find_beats
from ecg_anomaly.beats.beat_set import BeatSet, concatenate_beats
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.cutting import cut_excerpt
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.config.pipeline_schema import DatasetConfig, PreprocessConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import aami_class
from ecg_anomaly.records.record import Record


def cut_beats(
    record: Record, dataset: DatasetConfig, config: PreprocessConfig
) -> tuple[BeatSet, dict[str, object]]:
    """Filter a record, find its beats and cut a window around each.

    Parameters
    ----------
    record : Record
        Continuous, or beats already cut out (``segment_length``): those are taken as they are.
    dataset : DatasetConfig
        Gives the preferred leads and the class of escape beats.
    config : PreprocessConfig
        Gives everything else.

    Returns
    -------
    beats : BeatSet
        Every beat, unreadable ones included and marked. Noise makes none of the reference's own
        beats unreadable: whoever labelled them has read them.
    account : dict
        Counts for the cleaning report.

    Raises
    ------
    UserError
        When the record is shorter than one window and is not excluded.
    """
    if record.segment_length is not None:
        return _given_beats(record, dataset)
    if record.duration_s < BeatWindow.from_config(config).duration_s:
        return _no_beats(record, dataset, config)
    columns = choose_leads(record.leads, dataset.leads)
    positions = find_beats(record, config, max(columns[0], 0))
    excerpt = Excerpt.whole(record.signal[:, [c for c in columns if c >= 0]])
    limits = config.ignoring_noise() if positions.annotated else config
    waveform, unreadable = cut_excerpt(excerpt, record.fs, positions.sample, columns, limits)
    beats = _beat_set(record, dataset, positions, waveform, unreadable)
    return beats, _account(record, beats, positions)


def cut_cohort(
    records: Iterable[Record], dataset: DatasetConfig, config: PreprocessConfig
) -> tuple[BeatSet, list[dict[str, object]]]:
    """Cut every record into beats.

    Parameters
    ----------
    records : iterable of Record
        One is in memory at a time.
    dataset : DatasetConfig
        Preferred leads, class of escape beats.
    config : PreprocessConfig
        Filters, beat positions, window.

    Returns
    -------
    beats : BeatSet
        In the order of the records, on no side yet.
    accounts : list of dict
        What `cut_beats` says of each record.

    Raises
    ------
    UserError
        When a record is shorter than one window and is not excluded.
    """
    parts, accounts = zip(*(cut_beats(record, dataset, config) for record in records), strict=True)
    return concatenate_beats(list(parts)), list(accounts)


def choose_leads(available: tuple[str, ...], wanted: list[list[str]]) -> list[int]:
    """Choose a lead of the record for each wanted place.

    Parameters
    ----------
    available : tuple of str
        The record's leads.
    wanted : list of list of str
        For each place, names in order of preference. A place that none of them fills takes the
        first lead left over.

    Returns
    -------
    list of int
        Column of each place, -1 when the record has no lead left for it; never for the first
        place, which decides what can be read.
    """
    names = [name.upper() for name in available]
    columns: list[int] = []
    for preferred in wanted:
        columns.append(_first_named(names, preferred, columns))
    spare = [i for i in range(len(names)) if i not in columns]
    columns = [c if c >= 0 else (spare.pop(0) if spare else -1) for c in columns]
    found = next((place for place, column in enumerate(columns) if column >= 0), 0)
    columns[0], columns[found] = columns[found], -1 if found else columns[0]
    return columns


def _first_named(names: list[str], preferred: list[str], taken: list[int]) -> int:
    free = [name if column not in taken else "" for column, name in enumerate(names)]
    return next((free.index(p.upper()) for p in preferred if p and p.upper() in free), -1)


def _given_beats(record: Record, dataset: DatasetConfig) -> tuple[BeatSet, dict[str, object]]:
    assert record.segment_length is not None
    n_beats = len(record.signal) // record.segment_length
    waveform = record.signal.reshape(n_beats, record.segment_length, -1)
    marks = record.annotations
    sample = np.arange(n_beats, dtype=np.int64) * record.segment_length
    symbol = marks.symbol if marks is not None else np.full(n_beats, "", dtype="<U1")
    unreadable = np.where(np.isnan(waveform).any((1, 2)), "missing samples", "").astype("<U16")
    positions = BeatPositions(sample, symbol)
    beats = _beat_set(record, dataset, positions, waveform, unreadable)
    return beats, _account(record, beats, positions)


def _no_beats(
    record: Record, dataset: DatasetConfig, config: PreprocessConfig
) -> tuple[BeatSet, dict[str, object]]:
    window = BeatWindow.from_config(config)
    if record.name not in dataset.exclude:
        rule = f"{record.duration_s:.2f} s long, a window takes {window.duration_s:.2f} s"
        raise UserError(record.name, rule, "put it into dataset.exclude or shorten the window")
    positions = BeatPositions(np.zeros(0, dtype=np.int64), np.zeros(0, dtype="<U1"))
    waveform = np.zeros((0, window.n_samples, len(dataset.leads)), dtype=np.float32)
    beats = _beat_set(record, dataset, positions, waveform, np.zeros(0, dtype="<U16"))
    return beats, _account(record, beats, positions)


def _beat_set(
    record: Record,
    dataset: DatasetConfig,
    positions: BeatPositions,
    waveform: NDArray[np.float32],
    unreadable: NDArray[np.str_],
) -> BeatSet:
    n = len(positions.sample)
    return BeatSet(
        waveform=waveform,
        record=np.full(n, record.name),
        subject=np.full(n, record.subject),
        sample=positions.sample,
        time_s=positions.sample / record.fs,
        symbol=positions.symbol,
        aami=aami_class(positions.symbol, dataset.escape_beats),
        unreadable=unreadable,
        split=np.full(n, "", dtype="<U10"),
        continuous=np.full(n, record.segment_length is None),
    )


def _account(record: Record, beats: BeatSet, positions: BeatPositions) -> dict[str, object]:
    reasons, counts = np.unique(beats.unreadable[~beats.readable], return_counts=True)
    return {
        "record": record.name,
        "subject": record.subject,
        "beats": len(beats),
        "labelled": int(beats.labelled.sum()),
        "missed_by_detector": positions.n_missed,
        "unreadable": {str(r): int(c) for r, c in zip(reasons, counts, strict=True)},
    }
