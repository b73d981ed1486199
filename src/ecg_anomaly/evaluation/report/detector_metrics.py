"""Metrics of one detector on one set of scored beats: overall, by class, by record, intervals."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.metrics.bootstrap import bootstrap_intervals
from ecg_anomaly.evaluation.metrics.decision_metrics import compute_rates, count_decisions
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.network.beat_scores import BeatScores, area_under_roc, average_precision
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Decimals that are written: finer than the intervals are wide, coarser than rounding errors that
#: differ between processors.
DECIMALS = 5


def overall_metrics(
    anomalous: NDArray[np.bool_], score: NDArray[np.float64], threshold: float
) -> dict[str, float | None]:
    """Rates of the decisions and metrics of the ranking; None where one is undefined.

    Parameters
    ----------
    anomalous : (n,) bool
        Truth.
    score : (n,) float64
        Larger is more anomalous.
    threshold : float
        Beats that score more are flagged.
    """
    rates = compute_rates(count_decisions(anomalous, decide(score, threshold)))
    rates["auroc"] = area_under_roc(anomalous, score)
    rates["average_precision"] = average_precision(anomalous, score)
    return {name: rounded(value) for name, value in rates.items()}


def interval_rows(
    scores: BeatScores, threshold: float, config: EvaluationConfig
) -> list[dict[str, Any]]:
    """One row per metric with its bootstrap interval over subjects.

    Each row has the name of the metric under ``"figure"``, which files and their readers use.
    """
    intervals = bootstrap_intervals(
        scores.anomalous, scores.score, decide(scores.score, threshold), scores.subject,
        config.bootstrap_samples, config.confidence, config.seed,
    )  # fmt: skip
    return [
        {"figure": name, "low": rounded(low), "high": rounded(high)}
        for name, (low, high) in intervals.items()
    ]


def class_rows(scores: BeatScores, threshold: float) -> list[dict[str, Any]]:
    """One row per AAMI class: beats, flagged beats, area under the ROC curve against class N."""
    flagged, normal = decide(scores.score, threshold), scores.aami == "N"
    rows: list[dict[str, Any]] = []
    for name in AAMI_CLASSES:
        of_class = scores.aami == name
        pair = of_class | normal
        area = area_under_roc(of_class[pair], scores.score[pair])
        rows.append(
            {
                "class": name,
                "beats": int(of_class.sum()),
                "flagged": int((of_class & flagged).sum()),
                "flagged_share": rounded(_share(flagged[of_class])),
                "auroc": None if name == "N" else rounded(area),
            }
        )
    return rows


def record_rows(scores: BeatScores, threshold: float) -> list[dict[str, Any]]:
    """One row per record, in the order of their names."""
    rows = []
    for name in np.unique(scores.record):
        part = scores.select(scores.record == name)
        rows.append(
            {
                "record": str(name),
                "subject": str(part.subject[0]),
                "beats": len(part.score),
                "abnormal": int(part.anomalous.sum()),
                "flagged": int(decide(part.score, threshold).sum()),
                **overall_metrics(part.anomalous, part.score, threshold),
            }
        )
    return rows


def mean_over_records(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """Mean of each ranking metric over the records where it is defined; None where it never is."""
    means = {}
    for metric in ("auroc", "average_precision"):
        known = [row[metric] for row in rows if row[metric] is not None]
        means[metric] = rounded(float(np.mean(known))) if known else None
    return means


def rounded(value: float) -> float | None:
    """Round to `DECIMALS`; None for NaN, which JSON cannot hold."""
    return None if math.isnan(value) else round(float(value), DECIMALS)


def _share(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
