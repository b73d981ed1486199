"""The figures of one detector on one set of scored beats."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.metrics.bootstrap import bootstrap_intervals
from ecg_anomaly.evaluation.metrics.decision_metrics import compute_rates, count_decisions
from ecg_anomaly.network.beat_scores import BeatScores, area_under_roc, average_precision
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Decimals that are written: below the intervals' width, above the last bits of a processor.
DECIMALS = 5


def overall_metrics(
    anomalous: NDArray[np.bool_], score: NDArray[np.float64], threshold: float
) -> dict[str, float | None]:
    """Rates of the decisions and threshold-free figures; None where one has no value.

    Parameters
    ----------
    anomalous : (n,) bool
        Truth.
    score : (n,) float64
        Larger is more anomalous.
    threshold : float
        Beats that score more are flagged.
    """
    rates = compute_rates(count_decisions(anomalous, score > threshold))
    rates["auroc"] = area_under_roc(anomalous, score)
    rates["average_precision"] = average_precision(anomalous, score)
    return {name: rounded(value) for name, value in rates.items()}


def interval_rows(
    scores: BeatScores, threshold: float, config: EvaluationConfig
) -> list[dict[str, Any]]:
    """One row per figure with its bootstrap interval over subjects."""
    intervals = bootstrap_intervals(
        scores.anomalous, scores.score, scores.score > threshold, scores.subject,
        config.bootstrap_samples, config.confidence, config.seed,
    )  # fmt: skip
    return [
        {"figure": name, "low": rounded(low), "high": rounded(high)}
        for name, (low, high) in intervals.items()
    ]


def class_rows(scores: BeatScores, threshold: float) -> list[dict[str, Any]]:
    """One row per AAMI class: its beats, how many are flagged, area against normal beats."""
    rows = []
    normal = scores.aami == "N"
    for name in AAMI_CLASSES:
        mine = scores.aami == name
        pair = mine | normal
        rows.append(
            {
                "class": name,
                "beats": int(mine.sum()),
                "flagged": int((mine & (scores.score > threshold)).sum()),
                "flagged_share": rounded(_share(scores.score[mine] > threshold)),
                "auroc": None
                if name == "N"
                else rounded(area_under_roc(mine[pair], scores.score[pair])),
            }
        )
    return rows


def record_rows(scores: BeatScores, threshold: float) -> list[dict[str, Any]]:
    """One row per record, in the order of their names."""
    rows = []
    for name in np.unique(scores.record):
        part = scores.select(scores.record == name)
        figures = overall_metrics(part.anomalous, part.score, threshold)
        rows.append(
            {
                "record": str(name),
                "subject": str(part.subject[0]),
                "beats": len(part.score),
                "abnormal": int(part.anomalous.sum()),
                "flagged": int((part.score > threshold).sum()),
                **figures,
            }
        )
    return rows


def mean_over_records(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """Mean of each threshold-free figure over the records that have it."""
    means = {}
    for metric in ("auroc", "average_precision"):
        known = [row[metric] for row in rows if row[metric] is not None]
        means[metric] = rounded(float(np.mean(known))) if known else None
    return means


def rounded(value: float) -> float | None:
    """Round for the report; None for NaN, which JSON does not know."""
    return None if math.isnan(value) else round(float(value), DECIMALS)


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
