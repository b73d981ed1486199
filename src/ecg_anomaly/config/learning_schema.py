"""The network, its training, and the detectors beside it."""

from dataclasses import dataclass

from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed

MODELS = ("lstm_contrast", "lstm_autoencoder", "lstm_classifier")


@dataclass
class ModelConfig:
    """The LSTM network."""

    kind: str = "lstm_contrast"
    units: int = 48
    layers: int = 1
    bidirectional: bool = True
    latent_size: int = 16
    samples_per_step: int = 4
    use_features: bool = True
    dropout: float = 0.1

    def __post_init__(self) -> None:
        check_choice("model.kind", self.kind, MODELS)
        for key in ("units", "layers", "latent_size", "samples_per_step"):
            check_range(f"model.{key}", getattr(self, key), 1, low_included=True)
        check_range("model.dropout", self.dropout, 0, 1, low_included=True, high_included=False)


@dataclass
class TrainingConfig:
    """The optimisation of the network."""

    epochs: int = 8
    batch_size: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    label_smoothing: float = 0.03
    patience: int = 8
    normal_per_record: int = 600
    abnormal_per_record: int = 250
    noise: float = 0.05
    wander: float = 0.08
    feature_noise: float = 0.1
    amplitude_jitter: float = 0.15
    polarity_flip: float = 0.05
    lead_swap: float = 0.1
    lead_drop: float = 0.15
    local_rhythm_drop: float = 0.2
    time_shift_s: float = 0.017
    seed: int = 1

    def __post_init__(self) -> None:
        whole = ("epochs", "batch_size", "patience", "normal_per_record", "abnormal_per_record")
        for key in whole:
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


@dataclass
class BaselinesConfig:
    """Detectors without an LSTM, scored beside it."""

    pca_components: int = 30
    neighbours: int = 5
    trees: int = 200
    rhythm_weight: float = 4.0
    max_train_beats: int = 20000
    seed: int = 0

    def __post_init__(self) -> None:
        for key in ("pca_components", "neighbours", "trees", "max_train_beats"):
            check_range(f"baselines.{key}", getattr(self, key), 1, low_included=True)
        check_seed("baselines.seed", self.seed)
        check_range("baselines.rhythm_weight", self.rhythm_weight, 0, low_included=True)
