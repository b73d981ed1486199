"""Schema of the groups `threshold`, `evaluation` and `tracking`."""

from dataclasses import dataclass

from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed

THRESHOLDS = ("false_alarm_rate", "best_f1")


@dataclass(kw_only=True)
class ThresholdConfig:
    """The decision threshold."""

    kind: str
    false_alarm_rate: float
    n_trials: int
    seed: int

    def __post_init__(self) -> None:
        check_choice("threshold.kind", self.kind, THRESHOLDS)
        check_seed("threshold.seed", self.seed)
        check_range("threshold.false_alarm_rate", self.false_alarm_rate, 0, 1, high_included=False)
        check_range("threshold.n_trials", self.n_trials, 1, low_included=True)


@dataclass(kw_only=True)
class EvaluationConfig:
    """What the report shows."""

    bootstrap_samples: int
    confidence: float
    n_examples: int
    seed: int

    def __post_init__(self) -> None:
        check_range("evaluation.bootstrap_samples", self.bootstrap_samples, 10, low_included=True)
        check_seed("evaluation.seed", self.seed)
        check_range("evaluation.confidence", self.confidence, 0.5, 1, high_included=False)
        check_range("evaluation.n_examples", self.n_examples, 1, 48, low_included=True)


@dataclass(kw_only=True)
class TrackingConfig:
    """Where runs are logged."""

    enabled: bool
    uri: str | None
    experiment: str
    registered_model: str
    alias: str
