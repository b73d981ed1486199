"""Metrics of the decisions on some records, in all of their minutes or some of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.network.beat_scores import BeatScores, area_under_roc, average_precision
from ecg_anomaly.records.added_noise import Span
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.record import Annotations, Record
from lab.benchmark.reference import EvaluatedBeats, ReferenceBeats, evaluate_beats

#: Largest distance in s between a detected beat and its reference beat (EC57).
TOLERANCE_S = 0.15


@dataclass(frozen=True)
class ScoredRecording:
    """A record's decisions beside its reference annotations.

    Attributes
    ----------
    name : str
    fs : float
        In Hz, of `marks` and decisions.
    duration_s : float
    marks : Annotations
    decisions : BeatDecisions
    spans : list of (float, float)
        Segments to be evaluated, in s from the start.
    """

    name: str
    fs: float
    duration_s: float
    marks: Annotations
    decisions: BeatDecisions
    spans: list[Span]

    @classmethod
    def of(
        cls, record: Record, decisions: BeatDecisions, spans: list[Span] | None = None
    ) -> "ScoredRecording":
        """Put decisions beside the annotations of a record; all of it is evaluated by default."""
        assert record.annotations is not None
        whole = [(0.0, record.duration_s)]
        return cls(
            record.name,
            record.fs,
            record.duration_s,
            record.annotations,
            decisions,
            whole if spans is None else spans,
        )


def match_recordings(scored: list[ScoredRecording]) -> tuple[EvaluatedBeats, NDArray[np.bool_]]:
    """Match found beats with the reference, in whole recordings.

    Returns
    -------
    beats : EvaluatedBeats
        See `evaluate_beats`; n beats.
    inside : (n,) bool
        True in the segments to be evaluated.
    """
    reference, found = _join_reference(scored), _join_scores(scored)
    beats = evaluate_beats(reference, found, None, "S")
    inside = np.zeros(len(beats.missed), dtype=bool)
    for one in scored:
        mine = beats.scores.record == one.name
        inside[mine] = is_inside(beats.scores.sample[mine] / one.fs, one.spans)
    return beats, inside


def is_inside(time_s: NDArray[np.float64], spans: list[Span]) -> NDArray[np.bool_]:
    """Mark times that lie in one of some segments, the end of a segment excluded; all in s."""
    inside = np.zeros(len(time_s), dtype=bool)
    for start, stop in spans:
        inside |= (time_s >= start) & (time_s < stop)
    return inside


def _join_reference(scored: list[ScoredRecording]) -> ReferenceBeats:
    rows = [is_beat(one.marks.symbol) for one in scored]
    pairs = list(zip(scored, rows, strict=True))
    name = np.concatenate([np.full(r.sum(), one.name) for one, r in pairs])
    return ReferenceBeats(
        record=name,
        subject=name,
        symbol=np.concatenate([one.marks.symbol[r] for one, r in pairs]),
        sample=np.concatenate([one.marks.sample[r] for one, r in pairs]),
        tolerance=np.concatenate([np.full(r.sum(), TOLERANCE_S * one.fs) for one, r in pairs]),
    )


def _join_scores(scored: list[ScoredRecording]) -> BeatScores:
    rows = [one.decisions.unreadable == "" for one in scored]
    pairs = list(zip(scored, rows, strict=True))
    name = np.concatenate([np.full(r.sum(), one.name) for one, r in pairs])
    nameless = np.full(len(name), "", dtype="<U1")
    return BeatScores(
        score=np.concatenate([one.decisions.score[r] for one, r in pairs]),
        record=name,
        subject=name,
        aami=nameless,
        symbol=nameless,
        sample=np.concatenate([one.decisions.sample[r] for one, r in pairs]),
    )


@dataclass(frozen=True)
class RecordingMetrics:
    """Metrics over all reference beats, detected or not, and all false detections.

    Attributes
    ----------
    n_beats, n_abnormal : int
        Reference beats.
    auc, average_precision : float
        A beat without a score ranks below all others; a false detection counts as a normal beat.
    auc_read : float
        Of the reference beats that were detected and readable.
    lost : float
        Share of reference beats that were not detected or not readable.
    unreadable : float
        Share of detected beats that were not readable.
    false_alarms_per_hour : float
        Flags on normal beats and on false detections.
    off_beat : float
        Share of false alarms that are on false detections.
    found_s, found_v : float
        Share of supraventricular and of ventricular beats that are flagged.

    Notes
    -----
    NaN where the denominator is zero or only one kind of beat is present.
    """

    n_beats: int
    n_abnormal: int
    auc: float
    average_precision: float
    auc_read: float
    lost: float
    unreadable: float
    false_alarms_per_hour: float
    off_beat: float
    found_s: float
    found_v: float


def evaluate_recordings(scored: list[ScoredRecording], threshold: float) -> RecordingMetrics:
    """Evaluate records together: one ranking, one threshold; escape beats count as S (EC57)."""
    beats, inside = match_recordings(scored)
    scores = beats.scores
    real, missed = scores.symbol[inside] != "", beats.missed[inside]
    anomalous, score = scores.anomalous[inside], scores.score[inside]
    flagged = decide(score, threshold) & ~missed
    read = real & ~missed
    return RecordingMetrics(
        n_beats=int(real.sum()),
        n_abnormal=int(anomalous.sum()),
        auc=area_under_roc(anomalous, score),
        average_precision=average_precision(anomalous, score),
        auc_read=area_under_roc(anomalous[read], score[read]),
        lost=_share(missed[real]),
        unreadable=_share(np.concatenate([_unreadable(one) for one in scored])),
        false_alarms_per_hour=float((flagged & ~anomalous).sum()) / _hours(scored),
        off_beat=_share(~real[flagged & ~anomalous]),
        found_s=_share(flagged[scores.aami[inside] == "S"]),
        found_v=_share(flagged[scores.aami[inside] == "V"]),
    )


def _unreadable(one: ScoredRecording) -> NDArray[np.bool_]:
    found = is_inside(one.decisions.time_s, one.spans)
    unreadable: NDArray[np.bool_] = one.decisions.unreadable[found] != ""
    return unreadable


def _hours(scored: list[ScoredRecording]) -> float:
    return sum(stop - start for one in scored for start, stop in one.spans) / 3600


def _share(rows: NDArray[np.bool_]) -> float:
    return float(rows.mean()) if len(rows) else float("nan")
