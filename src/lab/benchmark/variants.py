"""Variants of a detector, and the figures they are compared by."""

from dataclasses import replace

from ecg_anomaly.evaluation.report.detector_metrics import overall_metrics
from ecg_anomaly.network.beat_scores import BeatScores
from lab.benchmark.benchmark_schema import BenchmarkRunConfig


def add_variants(config: BenchmarkRunConfig, full: str) -> BenchmarkRunConfig:
    """List every variant of the detector `full` among the detectors."""
    benchmark = config.benchmark
    synthetic = {n: v.apply(benchmark.detectors[full]) for n, v in benchmark.variants.items()}
    return replace(
        config, benchmark=replace(benchmark, detectors={**benchmark.detectors, **synthetic})
    )


def rank(scores: BeatScores) -> dict[str, float | None]:
    """Compute the figures that need no threshold: ``auroc`` and ``average_precision``."""
    metrics = overall_metrics(scores.anomalous, scores.score, 0.0)
    return {name: metrics[name] for name in ("auroc", "average_precision")}
