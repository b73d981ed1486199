"""Measure what each part of a detector contributes (ablation) and how large it has to be (sizes).

Every variant is trained and evaluated as the full detector is. The ablation gives the difference on
the test split, with an interval over its subjects. Sizes are evaluated on subjects that the network
was not trained on, and never on the test split, so that a default may be chosen by them.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.metrics.bootstrap import bootstrap_differences
from ecg_anomaly.evaluation.report.detector_metrics import (
    mean_over_records,
    overall_metrics,
    record_rows,
    rounded,
)
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record import Record
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.conditions import Condition, apply_condition
from lab.benchmark.detector_rows import summarise_seeds
from lab.benchmark.inter_patient import count_protocol, prepare_folds, train_folds
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.result_cache import Arrays
from lab.benchmark.scored import cross_fit_units, join_units
from lab.benchmark.workbench import Workbench

#: The variant that learns from the subjects of all folds but one, and its name in the table.
ONE_FOLD = "one network instead of one per fold"


def add_variants(config: BenchmarkRunConfig, full: str) -> BenchmarkRunConfig:
    """List every variant of the detector `full` among the detectors."""
    benchmark = config.benchmark
    synthetic = {n: v.apply(benchmark.detectors[full]) for n, v in benchmark.variants.items()}
    return replace(
        config, benchmark=replace(benchmark, detectors={**benchmark.detectors, **synthetic})
    )


def rank(scores: BeatScores) -> dict[str, float | None]:
    """Compute the metrics that need no threshold: ``auroc`` and ``average_precision``."""
    metrics = overall_metrics(scores.anomalous, scores.score, 0.0)
    return {name: metrics[name] for name in ("auroc", "average_precision")}


def run_ablation(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Train every variant and compare it with the first one, the full detector.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log. Trainings of the full detector are those of the
        inter-patient protocol, taken from the cache when they are there.
    records : iterable of Record
        Both groups of subjects.

    Returns
    -------
    dict
        ``variants``: name, metrics, and the difference from the full detector with its interval;
        counts and the digest of the data.
    """
    full = next(iter(bench.config.benchmark.detectors))
    config = bench.config = add_variants(bench.config, full)
    inputs = prepare_folds(bench, records)
    folds = [splits for splits, _ in inputs.values()]
    units = {name: train_folds(bench, inputs, name) for name in config.benchmark.detectors}
    others = config.benchmark.variants
    scored = {full: score_test_split(units[full], folds)}
    scored[ONE_FOLD] = score_test_split([seed[:1] for seed in units[full]], folds[:1])
    scored |= {name: score_test_split(units[name], folds) for name in others}
    return {
        "variants": [
            {"name": name, **compare(scores, scored[full], config.evaluation)}
            for name, scores in scored.items()
        ],
        "counts": count_protocol(folds),
        "data_sha256": {config.dataset.name: folds[0].about["data_sha256"]},
    }


def score_test_split(units: list[list[Arrays]], folds: list[Splits]) -> BeatScores:
    """Score the test split by the mean log odds of the networks of all seeds and folds."""
    joined = [join_units(list(fold)) for fold in zip(*units, strict=True)]
    scored = cross_fit_units(joined, folds)
    return apply_condition(scored, folds[0].reference, Condition("reference_positions")).scores


def compare(scores: BeatScores, full: BeatScores, config: EvaluationConfig) -> dict[str, Any]:
    """Give a variant's ranking metrics and what it loses or gains against the full detector."""
    metrics = rank(scores)
    low_high = bootstrap_differences(
        scores.anomalous, scores.score, full.score, scores.subject,
        config.bootstrap_samples, config.confidence, config.seed,
    )  # fmt: skip
    return {
        **metrics,
        "mean_over_records": mean_over_records(record_rows(scores, 0.0)),
        "against_full": {
            name: {
                "difference": _difference(metrics[name], rank(full)[name]),
                "low": rounded(low),
                "high": rounded(high),
            }
            for name, (low, high) in low_high.items()
        },
    }


def _difference(value: float | None, full: float | None) -> float | None:
    return None if value is None or full is None else rounded(value - full)


def run_sizes(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Train every variant and judge it by the subjects left out in turn.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        As for the inter-patient protocol, whose trainings of the full detector are these.

    Returns
    -------
    dict
        ``sizes``: for each variant its name, metrics of one network (mean and sd over seeds) and
        of all seeds together; the digest of the data.
    """
    full = next(iter(bench.config.benchmark.detectors))
    config = bench.config = add_variants(bench.config, full)
    inputs = prepare_folds(bench, records)
    folds = [splits for splits, _ in inputs.values()]
    rows = []
    for name in config.benchmark.detectors:
        seeds = train_folds(bench, inputs, name)
        joined = [join_units(list(fold)) for fold in zip(*seeds, strict=True)]
        alone = [evaluate_left_out(units, folds) for units in seeds]
        together = evaluate_left_out(joined, folds)
        rows.append({"name": name, "over_seeds": summarise_seeds(alone), "together": together})
    return {"sizes": rows, "data_sha256": {config.dataset.name: folds[0].about["data_sha256"]}}


def evaluate_left_out(units: list[Arrays], folds: list[Splits]) -> dict[str, float | None]:
    """Evaluate one network per fold by the labelled beats of the subjects who validated it."""
    scores = cross_fit_units(units, folds).scores["validation"]
    scores = scores.select(scores.labelled)
    by_record = mean_over_records(record_rows(scores, 0.0))
    return {**rank(scores), "auroc_of_records": by_record["auroc"]}
