"""What the decisions on some recordings are worth, in some of their minutes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.network.beat_scores import area_under_roc, average_precision
from lab.robustness.scored_recording import ScoredRecording, is_inside, match_recordings


@dataclass(frozen=True)
class Metrics:
    """Figures over every reference beat, found or not, and every beat found where there is none.

    Attributes
    ----------
    n_beats, n_abnormal : int
        Reference beats.
    auc, average_precision : float
        A beat without a score is below all others; one found where there is none is a normal one.
    auc_read : float
        Of the reference beats that were found and could be read.
    lost : float
        Share of reference beats that were not found or could not be read.
    unreadable : float
        Share of found beats that could not be read.
    false_alarms_per_hour : float
        Flags on normal beats and where no beat is.
    off_beat : float
        Share of the false alarms that stand where no beat is.
    found_s, found_v : float
        Share of supraventricular and of ventricular beats that are flagged.

    Notes
    -----
    NaN where there is nothing to divide by, or one kind of beat alone.
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


def evaluate_recordings(scored: list[ScoredRecording], threshold: float) -> Metrics:
    """Judge recordings together: one ranking, one threshold; escape beats count as S (EC57)."""
    beats, inside = match_recordings(scored)
    scores = beats.scores
    real, missed = scores.symbol[inside] != "", beats.missed[inside]
    anomalous, score = scores.anomalous[inside], scores.score[inside]
    flagged = (score > threshold) & ~missed
    read = real & ~missed
    return Metrics(
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
