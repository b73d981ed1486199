"""The configuration of a benchmark: that of the pipeline, and the group of the protocol.

params.yaml does not have the latter, because no stage reads it. `shrink` makes a protocol so small
that it runs in a minute: the same code, but the numbers have no meaning.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from ecg_anomaly.config.pipeline_schema import (
    THRESHOLDS,
    DatasetConfig,
    ModelConfig,
    PipelineConfig,
    SimulationConfig,
    SplitConfig,
    TrainingConfig,
)
from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed
from ecg_anomaly.files.errors import UserError

PROTOCOLS = (
    "inter_patient", "inter_patient_cohort", "leave_one_database_out", "cross_validated", "ecg5000",
    "beatgan", "ablation", "cohort_ablation", "sizes",
)  # fmt: skip

#: Simulated subjects, and seconds of each.
SUBJECTS, DURATION_S = 12, 60.0


@dataclass
class DetectorConfig:
    """One network of a protocol: the groups that differ between networks.

    `average_of` names detectors listed before this one: it trains no network, its log odds are the
    mean of theirs. `channels` are those the network sees, all when empty; `left_out` are patterns
    (`fnmatch`) of the names of features that it does not see, ``interval_odds`` among them: the log
    odds by the RR intervals alone.
    """

    model: ModelConfig | None = None
    training: TrainingConfig | None = None
    threshold: str = "false_alarm_rate"
    average_of: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        check_choice("threshold of benchmark.detectors", self.threshold, THRESHOLDS)
        if not self.average_of and (self.model is None or self.training is None):
            rule = "a detector that is no average needs the groups model and training"
            raise UserError("benchmark.detectors", rule, "name them in its defaults list")

    @property
    def trained(self) -> tuple[ModelConfig, TrainingConfig]:
        """Network and training of a detector that is no average."""
        assert self.model is not None
        assert self.training is not None
        return self.model, self.training


@dataclass
class VariantConfig:
    """What is different in a variant of a detector: some keys of its groups, and its sight."""

    model: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def apply(self, detector: DetectorConfig) -> DetectorConfig:
        """Return the detector with these differences; every rule is checked."""
        model, training = detector.trained
        for group, patch in ((model, self.model), (training, self.training)):
            for key in patch:
                name = "model" if group is model else "training"
                known = [f.name for f in fields(group)]
                check_choice(f"{name} of benchmark.variants", key, known)
        return replace(
            detector,
            model=replace(model, **self.model),
            training=replace(training, **self.training),
            channels=self.channels,
            left_out=self.left_out,
        )


@dataclass
class BenchmarkConfig:
    """Protocol, repetitions and where results go.

    The subjects of each database of `parts_of`, of all databases where it is empty, are split into
    `parts` parts, each of which is left out in turn; a single part is the whole database.
    """

    protocol: str = "inter_patient"
    detectors: dict[str, DetectorConfig] = field(default_factory=dict)
    variants: dict[str, VariantConfig] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=lambda: [1, 2, 3])
    folds: int = 1
    parts_of: list[str] = field(default_factory=list)
    parts: int = 1
    without: list[str] = field(default_factory=list)
    folder: str = "data/benchmark"
    page: str | None = None
    smoke: bool = False

    def __post_init__(self) -> None:
        check_choice("benchmark.protocol", self.protocol, PROTOCOLS)
        check_range("number of benchmark.seeds", len(self.seeds), 1, low_included=True)
        check_range("benchmark.folds", self.folds, 1, low_included=True)
        check_range("benchmark.parts", self.parts, 1, low_included=True)
        for seed in self.seeds:
            check_seed("benchmark.seeds", seed)
        for place, (name, detector) in enumerate(self.detectors.items()):
            for other in detector.average_of:
                before = list(self.detectors)[:place] or [""]
                check_choice(f"benchmark.detectors.{name}.average_of", other, before)


@dataclass(kw_only=True)
class BenchmarkRunConfig(PipelineConfig):
    """Everything that a benchmark is run with."""

    benchmark: BenchmarkConfig = field(default_factory=BenchmarkConfig)


def shrink(config: BenchmarkRunConfig) -> BenchmarkRunConfig:
    """Put simulated subjects in the place of recordings, and tiny networks in that of networks.

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
        databases=[],
        source="simulation",
        simulation=SimulationConfig(
            n_subjects=SUBJECTS,
            duration_s=DURATION_S,
            fs=360.0,
            seed=2003,
            difficult=False,
        ),
        split=SplitConfig(
            unit="subject",
            test_fraction=0.34,
            validation_fraction=0.25,
            test=[],
            validation=[],
            seed=0,
        ),
        subjects={},
        exclude=[],
        leads=[["MLII"], ["V1"]],
    )


def _shrink_detector(detector: DetectorConfig) -> DetectorConfig:
    if detector.average_of:
        return detector
    model, training = detector.trained
    return replace(
        detector,
        model=replace(model, units=4, layers=1, latent_size=4),
        training=replace(
            training,
            epochs=1,
            # All beats at once: Keras traces a step anew for a smaller batch.
            batch_size=4096,
            normal_per_record=50,
            abnormal_per_record=50,
        ),
    )
