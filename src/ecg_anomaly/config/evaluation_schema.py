"""The threshold, the report, and where runs are logged."""

from dataclasses import dataclass

from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed

THRESHOLDS = ("false_alarm_rate", "best_f1")


@dataclass
class ThresholdConfig:
    """The decision threshold."""

    kind: str = "false_alarm_rate"
    false_alarm_rate: float = 0.02
    n_trials: int = 100
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice("threshold.kind", self.kind, THRESHOLDS)
        check_seed("threshold.seed", self.seed)
        check_range("threshold.false_alarm_rate", self.false_alarm_rate, 0, 1, high_included=False)
        check_range("threshold.n_trials", self.n_trials, 1, low_included=True)


@dataclass
class EvaluationConfig:
    """What the report shows."""

    bootstrap_samples: int = 1000
    confidence: float = 0.95
    n_examples: int = 12
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("evaluation.bootstrap_samples", self.bootstrap_samples, 10, low_included=True)
        check_seed("evaluation.seed", self.seed)
        check_range("evaluation.confidence", self.confidence, 0.5, 1, high_included=False)
        check_range("evaluation.n_examples", self.n_examples, 1, 48, low_included=True)


@dataclass
class TrackingConfig:
    """Where runs are logged."""

    enabled: bool = True
    uri: str | None = None
    experiment: str = "ecg-anomaly"
    registered_model: str = "ecg-anomaly"
    alias: str = "champion"
