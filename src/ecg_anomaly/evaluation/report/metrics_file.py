"""Compute the content of metrics.json from the scores of the test beats.

`dvc metrics show` prints nested numbers and skips lists, so the main metrics are numbers and the
tables (intervals, classes, records, subgroups, baselines) are lists.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.report.beat_conditions import Groups
from ecg_anomaly.evaluation.report.detector_metrics import (
    class_rows,
    interval_rows,
    mean_over_records,
    overall_metrics,
    record_rows,
    rounded,
)
from ecg_anomaly.evaluation.report.subgroups import subgroup_rows
from ecg_anomaly.evaluation.threshold.thresholds import decide, tabulate_scores, threshold_for_level
from ecg_anomaly.network.beat_scores import BeatScores


def compute_metrics(
    scores: BeatScores,
    threshold: Mapping[str, Any],
    baselines: list[dict[str, Any]],
    config: EvaluationConfig,
    groups: Groups | None = None,
) -> dict[str, Any]:
    """Evaluate test scores.

    Parameters
    ----------
    scores : BeatScores
        Scores of the test split.
    threshold : mapping
        Content of ``threshold.json``.
    baselines : list of dict
        From `evaluate_baselines`.
    config : EvaluationConfig
        Size, coverage and seed of the bootstrap.
    groups : mapping, optional
        Groups of all these beats, from `group_beats`.

    Returns
    -------
    dict
        Ready for JSON. Without labels it holds ``labelled`` (false), the counts of ``test`` and
        ``threshold`` only.
    """
    value = float(threshold["value"])
    known = scores.select(scores.labelled)
    counts = {
        "beats": len(scores.score),
        "labelled": len(known.score),
        "abnormal": int(known.anomalous.sum()),
        "subjects": len(set(scores.subject.tolist())),
        "flagged_share": rounded(float(decide(scores.score, value).mean())),
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
        "subgroups": subgroup_rows(known, scores.labelled, groups or {}, value, config),
        "baselines": baselines,
    }


def evaluate_baselines(
    scores: BeatScores,
    arrays: Mapping[str, NDArray[np.float64]],
    validation_normal: NDArray[np.bool_],
    level: float,
) -> list[dict[str, Any]]:
    """Metrics of each baseline, with its threshold at the same share of normal validation beats.

    Parameters
    ----------
    scores : BeatScores
        Beats of the test split with their classes.
    arrays : mapping
        ``validation.NAME`` and ``test.NAME`` scores.
    validation_normal : (m,) bool
        Normal beats among those whose ``validation.NAME`` scores are given.
    level : float
        Share of normal validation beats that is not flagged.
    """
    rows = []
    for key in arrays:
        split, name = key.split(".", 1)
        if split != "test":
            continue
        table = tabulate_scores(arrays[f"validation.{name}"][validation_normal])
        threshold = threshold_for_level(table, level)
        known = scores.labelled
        metrics = overall_metrics(scores.anomalous[known], arrays[key][known], threshold)
        rows.append({"name": name, **metrics})
    return rows


def _false_alarm_rate(known: BeatScores, threshold: Mapping[str, Any]) -> dict[str, float | None]:
    normal = ~known.anomalous
    alarms = decide(known.score[normal], threshold["value"])
    return {
        "stated": threshold["stated_false_alarm_rate"],
        "realised": rounded(float(alarms.mean())) if len(alarms) else None,
    }


def _best(baselines: list[dict[str, Any]]) -> dict[str, float | None]:
    metrics = ("auroc", "average_precision", "f1")
    return {m: max((b[m] for b in baselines if b[m] is not None), default=None) for m in metrics}
