"""What goes into metrics.json.

`dvc metrics show` prints the nested numbers and leaves lists alone, so the headline figures are
numbers and the tables (intervals, classes, records, baselines) are lists.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.report.detector_metrics import (
    class_rows,
    interval_rows,
    mean_over_records,
    overall_metrics,
    record_rows,
    rounded,
)
from ecg_anomaly.evaluation.threshold.normal_scores import tabulate_scores, threshold_for_level
from ecg_anomaly.network.beat_scores import BeatScores


def compute_metrics(
    scores: BeatScores,
    threshold: Mapping[str, Any],
    baselines: list[dict[str, Any]],
    config: EvaluationConfig,
) -> dict[str, Any]:
    """Judge test scores.

    Parameters
    ----------
    scores : BeatScores
        Of the test side.
    threshold : mapping
        ``threshold.json``.
    baselines : list of dict
        From `judge_baselines`.
    config : EvaluationConfig
        Bootstrap.

    Returns
    -------
    dict
        Without labels only the counts and the flagged share, and ``labelled`` is false.
    """
    value = float(threshold["value"])
    known = scores.select(scores.labelled)
    counts = {
        "beats": len(scores.score),
        "labelled": len(known.score),
        "abnormal": int(known.anomalous.sum()),
        "subjects": len(set(scores.subject.tolist())),
        "flagged_share": rounded(float((scores.score > value).mean())),
    }
    head = {"labelled": bool(len(known.score)), "test": counts, "threshold": rounded(value)}
    if not len(known.score):
        return head
    records = record_rows(known, value)
    return {
        **head,
        "detector": overall_metrics(known.anomalous, known.score, value),
        "mean_over_records": mean_over_records(records),
        "false_alarm_rate": _false_alarm_rate(known, threshold),
        "best_baseline": _best(baselines),
        "intervals": interval_rows(known, value, config),
        "per_class": class_rows(known, value),
        "per_record": records,
        "baselines": baselines,
    }


def evaluate_baselines(
    scores: BeatScores,
    arrays: Mapping[str, NDArray[np.float64]],
    validation_normal: NDArray[np.bool_],
    level: float,
) -> list[dict[str, Any]]:
    """Figures of each baseline, its threshold at the same share of normal validation beats.

    Parameters
    ----------
    scores : BeatScores
        Of the test side, for the truth.
    arrays : mapping
        ``validation.NAME`` and ``test.NAME`` scores.
    validation_normal : (m,) bool
        Normal validation beats.
    level : float
        Share of normal validation beats that is not flagged.
    """
    rows = []
    for key in arrays:
        side, name = key.split(".", 1)
        if side != "test":
            continue
        table = tabulate_scores(arrays[f"validation.{name}"][validation_normal])
        threshold = threshold_for_level(table, level)
        known = scores.labelled
        metrics = overall_metrics(scores.anomalous[known], arrays[key][known], threshold)
        rows.append({"name": name, **metrics})
    return rows


def _false_alarm_rate(known: BeatScores, threshold: Mapping[str, Any]) -> dict[str, float | None]:
    normal = ~known.anomalous
    realised = float((known.score[normal] > threshold["value"]).mean()) if normal.any() else None
    return {
        "stated": threshold["stated_false_alarm_rate"],
        "realised": None if realised is None else rounded(realised),
    }


def _best(baselines: list[dict[str, Any]]) -> dict[str, float | None]:
    metrics = ("auroc", "average_precision", "f1")
    return {f: max((b[f] for b in baselines if b[f] is not None), default=None) for f in metrics}
