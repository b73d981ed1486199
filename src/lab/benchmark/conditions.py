"""Evaluate a detector under the conditions of a protocol: metrics, thresholds, intervals."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import EvaluationConfig, ThresholdConfig
from ecg_anomaly.evaluation.report.detector_metrics import (
    interval_rows,
    mean_over_records,
    overall_metrics,
    record_rows,
    rounded,
)
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.evaluation.threshold.tuning import Threshold, tune_threshold
from ecg_anomaly.records.beat_labels import aami_class
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.class_metrics import class_metrics, decide_class
from lab.benchmark.reference import EvaluatedBeats, ReferenceBeats, evaluate_beats
from lab.benchmark.scored import ScoredSplits

Metrics = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """One way to look at a test split.

    Attributes
    ----------
    name : str
        As it stands in the results.
    positions : str
        Test split: ``"reference"`` or ``"detected"``.
    escape_beats : str
        Class of escape beats, S or N, on the validation and the test split.
    without : str
        Record that is left out of the test split; ``""`` leaves out none.
    """

    name: str
    positions: str = "reference"
    escape_beats: str = "S"
    without: str = ""


def choose_threshold(
    scored: ScoredSplits, condition: Condition, config: ThresholdConfig
) -> Threshold:
    """Choose a threshold on the validation split and on nothing else."""
    validation = scored.scores["validation"]
    if (validation.symbol != "").any():
        aami = aami_class(validation.symbol, condition.escape_beats)
        validation = replace(validation, aami=aami)
    return tune_threshold(validation, config)


def apply_condition(
    scored: ScoredSplits, reference: ReferenceBeats, condition: Condition
) -> EvaluatedBeats:
    """Give every reference beat of a condition its score."""
    split = condition.positions
    probability = scored.probability.get(split)
    beats = evaluate_beats(reference, scored.scores[split], probability, condition.escape_beats)
    return beats.select(beats.scores.record != condition.without)


def evaluate(
    scored: ScoredSplits,
    reference: ReferenceBeats,
    condition: Condition,
    thresholds: dict[str, Threshold],
) -> Metrics:
    """Evaluate a detector: ranking, and decisions at each threshold.

    Parameters
    ----------
    scored : ScoredSplits
        Scores of the detector.
    reference : ReferenceBeats
        The reference beats.
    condition : Condition
        What of it is looked at.
    thresholds : dict of str to Threshold
        By the name of their rule; rates are given for each.

    Returns
    -------
    dict
        ``auroc``, ``average_precision``, ``mean_over_records``; how many beats were not found or
        not readable, and how many found where there is none; and, by rule, ``decisions``.
    """
    beats = apply_condition(scored, reference, condition)
    graded = bool(scored.probability)
    overall = overall_metrics(beats.scores.anomalous, beats.scores.score, 0.0)
    return {
        "auroc": overall["auroc"],
        "average_precision": overall["average_precision"],
        "mean_over_records": mean_over_records(record_rows(beats.scores, 0.0)),
        "missed_normal": int((beats.missed & ~beats.scores.anomalous).sum()),
        "missed_abnormal": int((beats.missed & beats.scores.anomalous).sum()),
        "false_detections": int((beats.scores.symbol == "").sum()),
        "decisions": {
            rule: _decide(beats, threshold, graded) for rule, threshold in thresholds.items()
        },
    }


def detail(
    scored: ScoredSplits,
    reference: ReferenceBeats,
    condition: Condition,
    threshold: Threshold,
    config: EvaluationConfig,
) -> Metrics:
    """Intervals over subjects, and the table of records, at one threshold."""
    scores = apply_condition(scored, reference, condition).scores
    return {
        "threshold": threshold.kind,
        "intervals": interval_rows(scores, threshold.value, config),
        "per_record": record_rows(scores, threshold.value),
    }


def _decide(beats: EvaluatedBeats, threshold: Threshold, graded: bool) -> Metrics:
    scores = beats.scores
    flagged = decide(scores.score, threshold.value)
    metrics: Metrics = overall_metrics(scores.anomalous, scores.score, threshold.value)
    del metrics["auroc"], metrics["average_precision"]
    if graded:
        metrics |= class_metrics(scores.aami, decide_class(flagged, beats.probability))
    normal = ~scores.anomalous
    metrics["false_alarm_rate"] = {
        "stated": threshold.stated_false_alarm_rate,
        "validation": rounded(threshold.validation_false_alarm_rate),
        "realised": rounded(float(flagged[normal].mean())) if normal.any() else None,
        "mean_over_subjects": _mean_rate(scores.subject[normal], flagged[normal]),
    }
    metrics["threshold"] = rounded(threshold.value)
    return metrics


def _mean_rate(subject: np.ndarray, flagged: np.ndarray) -> float | None:
    rates = [float(flagged[subject == name].mean()) for name in np.unique(subject)]
    return rounded(float(np.mean(rates))) if rates else None


def evaluate_conditions(
    scored: ScoredSplits,
    reference: ReferenceBeats,
    conditions: list[Condition],
    rules: list[str],
    config: BenchmarkRunConfig,
) -> Row:
    """Evaluate a detector under every condition its splits allow.

    Parameters
    ----------
    scored : ScoredSplits
        Scores of the detector.
    reference : ReferenceBeats
        The reference beats.
    conditions : list of Condition
        The first one also gets ``detail``: intervals and the table of records.
    rules : list of str
        Rules of the threshold, that of ``detail`` first.
    config : BenchmarkRunConfig
        Thresholds and bootstrap.
    """
    chosen: dict[str, dict[str, Threshold]] = {}
    row: Row = {}
    for condition in conditions:
        if condition.positions not in scored.scores:
            continue
        mapping = condition.escape_beats
        if mapping not in chosen:
            chosen[mapping] = _thresholds(scored, condition, rules, config)
        row[condition.name] = evaluate(scored, reference, condition, chosen[mapping])
    first = conditions[0]
    threshold = chosen[first.escape_beats][rules[0]]
    row["detail"] = detail(scored, reference, first, threshold, config.evaluation)
    return row


def _thresholds(
    scored: ScoredSplits, condition: Condition, rules: list[str], config: BenchmarkRunConfig
) -> dict[str, Threshold]:
    return {
        rule: choose_threshold(scored, condition, replace(config.threshold, kind=rule))
        for rule in rules
    }
