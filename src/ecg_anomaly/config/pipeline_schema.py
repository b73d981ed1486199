"""Schema of params.yaml: a dataclass for each configuration group, with the rules of its values.

Values and explanations of the keys are in conf/. The dataclasses have no defaults: every key must
be given. A value that breaks its rule raises `UserError`.
"""

from dataclasses import dataclass

from ecg_anomaly.config.beat_schema import (
    FeaturesConfig,
    PreprocessConfig,
    SelectionConfig,
    SynthesisConfig,
)
from ecg_anomaly.config.data_schema import DatasetConfig, SimulationConfig, SplitConfig
from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed
from ecg_anomaly.files.errors import UserError

MODELS = ("lstm_multitask", "lstm_contrast", "lstm_autoencoder", "lstm_classifier")

THRESHOLDS = ("false_alarm_rate", "best_f1")

__all__ = [
    "BaselinesConfig",
    "DatasetConfig",
    "EvaluationConfig",
    "FeaturesConfig",
    "ModelConfig",
    "PipelineConfig",
    "PreprocessConfig",
    "SelectionConfig",
    "SimulationConfig",
    "SplitConfig",
    "SynthesisConfig",
    "ThresholdConfig",
    "TrackingConfig",
    "TrainingConfig",
]


@dataclass(kw_only=True)
class ModelConfig:
    """Kind and sizes of the LSTM network."""

    kind: str
    units: int
    layers: int
    bidirectional: bool
    latent_size: int
    samples_per_step: int
    use_features: bool
    dropout: float

    def __post_init__(self) -> None:
        check_choice("model.kind", self.kind, MODELS)
        for key in ("units", "layers", "latent_size", "samples_per_step"):
            check_range(f"model.{key}", getattr(self, key), 1, low_included=True)
        check_range("model.dropout", self.dropout, 0, 1, low_included=True, high_included=False)


@dataclass(kw_only=True)
class TrainingConfig:
    """Training of the network: folds, optimisation, numbers of beats, augmentation."""

    folds: int
    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    patience: int
    normal_per_record: int
    abnormal_per_record: int
    noise: float
    wander: float
    feature_noise: float
    amplitude_jitter: float
    polarity_flip: float
    lead_swap: float
    lead_drop: float
    local_rhythm_drop: float
    time_shift_s: float
    noisy_copies: bool
    seed: int

    def __post_init__(self) -> None:
        of_record = ("normal_per_record", "abnormal_per_record")
        for key in ("folds", "epochs", "batch_size", "patience", *of_record):
            check_range(f"training.{key}", getattr(self, key), 1, low_included=True)
        check_seed("training.seed", self.seed)
        check_range("training.learning_rate", self.learning_rate, 0, 1)
        for key in ("weight_decay", "noise", "wander", "feature_noise"):
            check_range(f"training.{key}", getattr(self, key), 0, low_included=True)
        shares = ("polarity_flip", "lead_swap", "lead_drop", "local_rhythm_drop")
        for key in ("amplitude_jitter", *shares):
            check_range(f"training.{key}", getattr(self, key), 0, 1, low_included=True)
        check_range("training.label_smoothing", self.label_smoothing, 0, 0.5, low_included=True)
        check_range("training.time_shift_s", self.time_shift_s, 0, 0.2, low_included=True)


@dataclass(kw_only=True)
class BaselinesConfig:
    """Detectors without an LSTM, scored beside it."""

    pca_components: int
    neighbours: int
    trees: int
    rhythm_weight: float
    max_train_beats: int
    seed: int

    def __post_init__(self) -> None:
        for key in ("pca_components", "neighbours", "trees", "max_train_beats"):
            check_range(f"baselines.{key}", getattr(self, key), 1, low_included=True)
        check_seed("baselines.seed", self.seed)
        check_range("baselines.rhythm_weight", self.rhythm_weight, 0, low_included=True)


@dataclass(kw_only=True)
class ThresholdConfig:
    """How the decision threshold is chosen."""

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
    """Intervals and examples of the report."""

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
    """Where runs are logged to MLflow, and names in its model registry."""

    enabled: bool
    uri: str | None
    experiment: str
    registered_model: str
    alias: str
    challenger: str

    def __post_init__(self) -> None:
        if self.alias == self.challenger:
            rule = f"{self.alias!r} is tracking.alias too, which only a promotion moves"
            raise UserError("tracking.challenger", rule, "give the two aliases two names")


@dataclass(kw_only=True)
class PipelineConfig:
    """Everything in params.yaml."""

    dataset: DatasetConfig
    preprocess: PreprocessConfig
    features: FeaturesConfig
    model: ModelConfig
    training: TrainingConfig
    baselines: BaselinesConfig
    threshold: ThresholdConfig
    evaluation: EvaluationConfig
    tracking: TrackingConfig
