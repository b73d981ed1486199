"""A protocol made so small that it runs in seconds: same code, no meaning in the numbers."""

from dataclasses import replace

from ecg_anomaly.config.pipeline_schema import DatasetConfig, SimulationConfig, SplitConfig
from lab.benchmark.benchmark_schema import BenchmarkRunConfig, DetectorConfig

#: Simulated people, and seconds of each.
SUBJECTS, DURATION_S = 12, 60.0


def shrink(config: BenchmarkRunConfig) -> BenchmarkRunConfig:
    """Put simulated people in the place of recordings, and tiny networks in that of networks.

    Beats that came already cut out cannot be simulated: ECG5000 keeps its recordings.

    Results go to ``smoke`` below the benchmark's folder; no page of docs/ is written.
    """
    benchmark = replace(
        config.benchmark,
        detectors={n: _shrink_detector(d) for n, d in config.benchmark.detectors.items()},
        variants=dict(list(config.benchmark.variants.items())[:3]),
        seeds=config.benchmark.seeds[:2],
        folder=f"{config.benchmark.folder}/smoke",
        page=None,
    )
    return replace(
        config,
        benchmark=benchmark,
        dataset=_simulate(config.dataset),
        threshold=replace(config.threshold, n_trials=5),
        evaluation=replace(config.evaluation, bootstrap_samples=10),
        baselines=replace(config.baselines, trees=10),
    )


def _simulate(dataset: DatasetConfig) -> DatasetConfig:
    if dataset.source == "ecg5000":
        return dataset
    return replace(
        dataset,
        name="smoke",
        source="simulation",
        simulation=SimulationConfig(n_subjects=SUBJECTS, duration_s=DURATION_S),
        split=SplitConfig(test_fraction=0.34, validation_fraction=0.25),
        subjects={},
        exclude=[],
        leads=[["MLII"], ["V1"]],
    )


def _shrink_detector(detector: DetectorConfig) -> DetectorConfig:
    model = replace(detector.model, units=4, layers=1, latent_size=4)
    training = replace(detector.training, epochs=1, normal_per_record=50, abnormal_per_record=50)
    return replace(detector, model=model, training=training)
