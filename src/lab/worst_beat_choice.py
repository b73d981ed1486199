"""Choose the test beats with the most wrong scores and cut them out of their records."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.explanation.reasons import find_reasons
from ecg_anomaly.detector.explanation.wording import Reason
from ecg_anomaly.evaluation.report.examples import choose_examples
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record import Record

#: Signal that is drawn before and after a beat, in s.
BEFORE_S, AFTER_S = 2.2, 1.8


@dataclass(frozen=True)
class WorstBeat:
    """A missed beat or a false alarm, with what is drawn of it.

    Attributes
    ----------
    record, symbol, aami : str
        Where it is, its reference code and its class.
    time_s, score : float
    reasons : list of Reason
        What sets it apart from the subject's template beat.
    signal : (n, n_leads) float32
        From `BEFORE_S` before to `AFTER_S` after it, in mV; NaN outside the recording.
    leads : tuple of str
        Names of the columns.
    fs : float
        Sampling rate in Hz.
    neighbours : list of (float, str)
        Beats around it: time from it in s, and reference code; itself at 0.
    """

    record: str
    symbol: str
    aami: str
    time_s: float
    score: float
    reasons: list[Reason]
    signal: NDArray[np.float32]
    leads: tuple[str, ...]
    fs: float
    neighbours: list[tuple[float, str]]


def choose_misses(scores: BeatScores, threshold: float, n: int) -> NDArray[np.intp]:
    """Choose the abnormal beats with the lowest scores, a quarter of them from a record at most.

    Parameters
    ----------
    scores : BeatScores
        Labelled beats.
    threshold : float
        Beats that score more are flagged.
    n : int
        Beats at most.

    Returns
    -------
    (m,) int
        Rows, the worst first.
    """
    rows = np.flatnonzero(scores.anomalous & ~decide(scores.score, threshold))
    return rows[choose_examples(-scores.score[rows], scores.record[rows], n)]


def choose_false_alarms(scores: BeatScores, threshold: float, n: int) -> NDArray[np.intp]:
    """Choose the normal beats with the highest scores; as `choose_misses`."""
    rows = np.flatnonzero((scores.aami == "N") & decide(scores.score, threshold))
    return rows[choose_examples(scores.score[rows], scores.record[rows], n)]


def look_at_beats(
    scores: BeatScores, rows: NDArray[np.intp], records: Iterable[Record], config: PipelineConfig
) -> list[WorstBeat]:
    """Cut the beats out of their recordings and say what sets them apart.

    Parameters
    ----------
    scores : BeatScores
        Scored beats.
    rows : (n,) int
        The beats.
    records : iterable of Record
        Those without any of the beats are skipped.
    config : PipelineConfig
        Of the pipeline that scored them.

    Returns
    -------
    list of WorstBeat
        In the order of `rows`.
    """
    found: dict[int, WorstBeat] = {}
    for record in records:
        mine = rows[scores.record[rows] == record.name]
        if len(mine):
            found |= dict(zip(mine.tolist(), _look(scores, mine, record, config), strict=True))
    return [found[row] for row in rows.tolist()]


def _look(
    scores: BeatScores, rows: NDArray[np.intp], record: Record, config: PipelineConfig
) -> list[WorstBeat]:
    beats, _ = cut_beats(record, config.dataset, config.preprocess)
    window = BeatWindow.from_config(config.preprocess)
    _, context = describe_record(beats, config.features, window)
    assert context is not None
    columns = choose_leads(record.leads, config.dataset.leads)
    leads = tuple(record.leads[column] if column >= 0 else "" for column in columns)
    places = np.searchsorted(beats.sample, scores.sample[rows])
    reasons = find_reasons(context, places, leads, window)
    shown = [column for column in columns if column >= 0]
    return [
        WorstBeat(
            record=record.name,
            symbol=str(scores.symbol[row]),
            aami=str(scores.aami[row]),
            time_s=float(beats.time_s[place]),
            score=float(scores.score[row]),
            reasons=why,
            signal=_cut(record, int(beats.sample[place]), shown),
            leads=tuple(record.leads[column] for column in shown),
            fs=record.fs,
            neighbours=_neighbours(beats.time_s - beats.time_s[place], beats.symbol),
        )
        for row, place, why in zip(rows.tolist(), places.tolist(), reasons, strict=True)
    ]


def _cut(record: Record, sample: int, columns: list[int]) -> NDArray[np.float32]:
    offsets = np.arange(-round(BEFORE_S * record.fs), round(AFTER_S * record.fs))
    at = sample + offsets
    inside = (at >= 0) & (at < len(record.signal))
    cut = record.signal[np.clip(at, 0, len(record.signal) - 1)][:, columns]
    return np.where(inside[:, None], cut, np.float32(np.nan))


def _neighbours(time_s: NDArray[np.float64], symbol: NDArray[np.str_]) -> list[tuple[float, str]]:
    near = np.flatnonzero((time_s > -BEFORE_S) & (time_s < AFTER_S))
    return [(float(time_s[row]), str(symbol[row])) for row in near.tolist()]
