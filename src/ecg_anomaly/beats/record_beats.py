"""Turn records into their beats: filter, find the R peaks, cut a window around each."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_positions import BeatPositions, find_beats
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.missing_samples import find_missing
from ecg_anomaly.beats.readability import MISSING, REASON_TYPE
from ecg_anomaly.beats.window_cutting import CutBeats, cut_leads
from ecg_anomaly.config.pipeline_schema import DatasetConfig, PreprocessConfig
from ecg_anomaly.files.array_tables import concatenate_tables
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
        Continuous, or beats that came already cut out (``segment_length``), which are taken as
        they are.
    dataset : DatasetConfig
        Gives the preferred leads and the class of escape beats.
    config : PreprocessConfig
        Filters, source of the R peaks, window, limits of what can be read.

    Returns
    -------
    beats : BeatSet
        All beats; those that cannot be read are marked. Noise never makes a beat of the reference
        annotations unreadable: whoever labelled it has read it.
    account : dict
        Counts for the cleaning report, and ``left_out``: why the record has no beat to cut, since
        it is shorter than one window; ``""`` when it is not.
    """
    if record.segment_length is not None:
        return _given_beats(record, dataset)
    window = BeatWindow.from_config(config)
    if why := window.too_long_for(record.duration_s):
        return _no_beats(record, dataset, window, why)
    columns = choose_leads(record.leads, dataset.leads)
    positions = find_beats(
        record,
        max(columns[0], 0),
        prefer_reference=config.beat_positions == "reference",
        tolerance_s=config.match_tolerance_s,
    )
    excerpt = Excerpt.whole(record.signal[:, [c for c in columns if c >= 0]])
    limits = config.ignoring_noise() if positions.annotated else config
    cut = cut_excerpt(excerpt, record.fs, positions.sample, columns, limits)
    beats = _beat_set(record, dataset, positions, cut.waveform, cut.unreadable, cut.quality)
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
        In the order of the records, not assigned to a split yet.
    accounts : list of dict
        Counts of each record, see `cut_beats`.

    Raises
    ------
    UserError
        When every record is shorter than one window, or there is none.
    """
    cut = [cut_beats(record, dataset, config) for record in records]
    if all(account["left_out"] for _, account in cut):
        rule = f"none of {len(cut)} records can be cut into beats"
        if cut:
            rule += f": {cut[0][1]['record']} is {cut[0][1]['left_out']}"
        raise UserError("dataset", rule, "add longer records or shorten the window")
    parts, accounts = zip(*cut, strict=True)
    return concatenate_tables(list(parts)), list(accounts)


def _given_beats(record: Record, dataset: DatasetConfig) -> tuple[BeatSet, dict[str, object]]:
    assert record.segment_length is not None
    n_beats = len(record.signal) // record.segment_length
    waveform = record.signal.reshape(n_beats, record.segment_length, -1)
    marks = record.annotations
    sample = np.arange(n_beats, dtype=np.int64) * record.segment_length
    symbol = marks.symbol if marks is not None else np.full(n_beats, "", dtype="<U1")
    unreadable = np.where(find_missing(waveform).any((1, 2)), MISSING, "").astype(REASON_TYPE)
    positions = BeatPositions(sample, symbol)
    beats = _beat_set(record, dataset, positions, waveform, unreadable)
    return beats, _account(record, beats, positions)


def _no_beats(
    record: Record, dataset: DatasetConfig, window: BeatWindow, why: str
) -> tuple[BeatSet, dict[str, object]]:
    positions = BeatPositions(np.zeros(0, dtype=np.int64), np.zeros(0, dtype="<U1"))
    waveform = np.zeros((0, window.n_samples, len(dataset.leads)), dtype=np.float32)
    beats = _beat_set(record, dataset, positions, waveform, np.zeros(0, dtype=REASON_TYPE))
    return beats, _account(record, beats, positions, why)


def _beat_set(
    record: Record,
    dataset: DatasetConfig,
    positions: BeatPositions,
    waveform: NDArray[np.float32],
    unreadable: NDArray[np.str_],
    quality: NDArray[np.float32] | None = None,
) -> BeatSet:
    n = len(positions.sample)
    if quality is None:
        quality = np.where(unreadable == "", 1, 0).astype(np.float32)
    return BeatSet(
        waveform=waveform,
        record=np.full(n, record.name),
        subject=np.full(n, record.subject),
        sample=positions.sample,
        time_s=positions.sample / record.fs,
        symbol=positions.symbol,
        aami=aami_class(positions.symbol, dataset.escape_beats),
        unreadable=unreadable,
        quality=quality,
        split=np.full(n, "", dtype="<U10"),
        continuous=np.full(n, record.segment_length is None),
    )


def _account(
    record: Record, beats: BeatSet, positions: BeatPositions, left_out: str = ""
) -> dict[str, object]:
    reasons, counts = np.unique(beats.unreadable[~beats.readable], return_counts=True)
    return {
        "record": record.name,
        "subject": record.subject,
        "beats": len(beats),
        "labelled": int(beats.labelled.sum()),
        "missed_by_detector": positions.n_missed,
        "unreadable": {str(r): int(c) for r, c in zip(reasons, counts, strict=True)},
        "left_out": left_out,
    }


def cut_excerpt(
    excerpt: Excerpt,
    fs: float,
    sample: NDArray[np.int64],
    columns: list[int],
    config: PreprocessConfig,
    target: range | None = None,
) -> CutBeats:
    """Cut windows around beats, which are readable or not by their first lead.

    Parameters
    ----------
    excerpt, fs, sample, config, target
        As for `cut_leads`; the leads are those of `columns`.
    columns : list of int
        From `choose_leads`; a lead that the recording lacks, -1, is 0 in every window.

    Returns
    -------
    CutBeats
        All but the waveform is of the first lead. Another lead that is flat, cut off, implausible
        or has a gap is set to 0, as if the recording lacked it; noise is no reason to do so,
        because on DS1 of MIT-BIH a noisy second lead says more than none.
    """
    found = cut_leads(excerpt, fs, sample, config, target, n_rated=1)
    waveform = np.zeros((*found.waveform.shape[:2], len(columns)), np.float32)
    for row, column in enumerate(np.flatnonzero(np.array(columns) >= 0)):
        waveform[:, :, column] = found.waveform[:, :, row]
        if row:
            waveform[found.unreadable[:, row] != "", :, column] = 0
    return CutBeats(
        waveform, found.unreadable[:, 0], found.quality[:, 0], found.clipped[:, 0],
        found.bridged[:, 0],
    )  # fmt: skip
