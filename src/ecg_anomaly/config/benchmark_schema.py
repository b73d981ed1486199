"""What may stand in the configuration of a benchmark: a pipeline's, and the protocol's own group.

The pipeline's groups stay as they are in `ecg_anomaly.config.schema`; params.yaml knows nothing
of this one, because no stage reads it.
"""

from dataclasses import dataclass, field

from ecg_anomaly.config.checks import check_choice, check_range, check_seed
from ecg_anomaly.config.schema import ModelConfig, PipelineConfig, TrainingConfig
from ecg_anomaly.config.verdict_schema import THRESHOLDS

PROTOCOLS = ("inter_patient", "ecg5000", "beatgan")


@dataclass
class DetectorConfig:
    """One network of a protocol: the groups that differ between networks."""

    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    threshold: str = "false_alarm_rate"

    def __post_init__(self) -> None:
        check_choice("threshold of benchmark.detectors", self.threshold, THRESHOLDS)


@dataclass
class BenchmarkConfig:
    """Protocol, repetitions and where results go."""

    protocol: str = "inter_patient"
    detectors: dict[str, DetectorConfig] = field(default_factory=dict)
    seeds: list[int] = field(default_factory=lambda: [1, 2, 3])
    folds: int = 1
    without: list[str] = field(default_factory=list)
    folder: str = "data/benchmark"
    readme: str | None = None
    smoke: bool = False

    def __post_init__(self) -> None:
        check_choice("benchmark.protocol", self.protocol, PROTOCOLS)
        check_range("number of benchmark.seeds", len(self.seeds), 1, low_included=True)
        check_range("benchmark.folds", self.folds, 1, low_included=True)
        for seed in self.seeds:
            check_seed("benchmark.seeds", seed)


@dataclass
class BenchmarkRunConfig(PipelineConfig):
    """Everything that a benchmark is run with."""

    benchmark: BenchmarkConfig = field(default_factory=BenchmarkConfig)
