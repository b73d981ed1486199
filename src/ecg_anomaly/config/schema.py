"""What may stand in params.yaml: one dataclass per configuration group.

The comments for people are in conf/, where the values are chosen. Here stand the types, the
defaults of a bare library call, and the rules; a value against a rule raises `UserError`.
"""

from dataclasses import dataclass, field

from ecg_anomaly.config.checks import check_choice, check_name, check_range, check_seed

SOURCES = ("simulation", "mitdb", "ecg5000", "wfdb_folder")
BEAT_POSITIONS = ("reference", "detected")
SPLIT_UNITS = ("subject", "beat")
MODELS = ("lstm_contrast", "lstm_autoencoder", "lstm_classifier")
CHANNELS = ("signal", "template_difference")
THRESHOLDS = ("false_alarm_rate", "best_f1")


@dataclass
class SimulationConfig:
    """Synthetic patients (`ecg_anomaly.simulation`)."""

    n_subjects: int = 36
    duration_s: float = 240.0
    fs: float = 360.0
    seed: int = 2003

    def __post_init__(self) -> None:
        check_range("dataset.simulation.n_subjects", self.n_subjects, 1, low_included=True)
        check_range("dataset.simulation.duration_s", self.duration_s, 10, 1e7, low_included=True)
        check_seed("dataset.simulation.seed", self.seed)
        check_range("dataset.simulation.fs", self.fs, 100, 1000, low_included=True)


@dataclass
class SplitConfig:
    """Who trains, who validates, who tests."""

    unit: str = "subject"
    test_fraction: float = 0.3
    validation_fraction: float = 0.2
    test: list[str] = field(default_factory=list)
    validation: list[str] = field(default_factory=list)
    seed: int = 0

    def __post_init__(self) -> None:
        check_seed("dataset.split.seed", self.seed)
        check_choice("dataset.split.unit", self.unit, SPLIT_UNITS)
        check_range("dataset.split.test_fraction", self.test_fraction, 0, 1, high_included=False)
        check_range(
            "dataset.split.validation_fraction",
            self.validation_fraction, 0, 1 - self.test_fraction, high_included=False,
        )  # fmt: skip


@dataclass
class DatasetConfig:
    """Where recordings come from, who is who in them, and how they are split."""

    name: str = "simulated"
    source: str = "simulation"
    folder: str | None = None
    simulation: SimulationConfig | None = None
    split: SplitConfig = field(default_factory=SplitConfig)
    subjects: dict[str, str] = field(default_factory=dict)
    exclude: list[str] = field(default_factory=list)
    leads: list[list[str]] = field(default_factory=lambda: [["MLII", "II"], ["V1"]])
    escape_beats: str = "S"

    def __post_init__(self) -> None:
        check_name("dataset.name", self.name)
        check_choice("dataset.source", self.source, SOURCES)
        check_range("number of dataset.leads", len(self.leads), 1, low_included=True)
        check_choice("dataset.escape_beats", self.escape_beats, ("S", "N"))


@dataclass
class PreprocessConfig:
    """Filtering, resampling, beat positions, windows and cleaning."""

    fs: float = 120.0
    baseline_window_s: float = 0.8
    low_pass_hz: float = 40.0
    beat_positions: str = "reference"
    match_tolerance_s: float = 0.15
    window_before_s: float = 0.35
    window_after_s: float = 0.45
    flat_mv: float = 0.02
    max_amplitude_mv: float = 15.0

    def __post_init__(self) -> None:
        check_range("preprocess.fs", self.fs, 60, 1000, low_included=True)
        check_range("preprocess.baseline_window_s", self.baseline_window_s, 0.2, 1.5)
        check_range("preprocess.low_pass_hz", self.low_pass_hz, 5, self.fs / 2, high_included=False)
        check_choice("preprocess.beat_positions", self.beat_positions, BEAT_POSITIONS)
        check_range("preprocess.match_tolerance_s", self.match_tolerance_s, 0, 0.5)
        check_range("preprocess.window_before_s", self.window_before_s, 0.05, 1)
        check_range("preprocess.window_after_s", self.window_after_s, 0.05, 1)
        check_range("preprocess.flat_mv", self.flat_mv, 0, low_included=True)
        check_range("preprocess.max_amplitude_mv", self.max_amplitude_mv, self.flat_mv)


@dataclass
class SelectionConfig:
    """Which scalar features stay."""

    min_variance: float = 1e-6
    max_correlation: float = 0.95
    min_information: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_seed("features.selection.seed", self.seed)
        check_range("features.selection.min_variance", self.min_variance, 0, low_included=True)
        check_range("features.selection.max_correlation", self.max_correlation, 0, 1)
        check_range(
            "features.selection.min_information", self.min_information, 0, low_included=True
        )


@dataclass
class SynthesisConfig:
    """Beats made from normal ones (`ecg_anomaly.synthesis`)."""

    beats_per_record: int = 600
    supraventricular: float = 0.5
    ventricular: float = 0.35
    fusion: float = 0.15
    rate_change: float = 0.15
    pause: float = 0.03
    fibrillation: float = 0.1
    run: float = 0.4
    long_run: float = 0.7
    seed: int = 0

    def __post_init__(self) -> None:
        check_range(
            "features.synthesis.beats_per_record", self.beats_per_record, 1, low_included=True
        )
        for key in (
            "supraventricular",
            "ventricular",
            "fusion",
            "rate_change",
            "pause",
            "fibrillation",
            "run",
            "long_run",
        ):
            check_range(f"features.synthesis.{key}", getattr(self, key), 0, 1, low_included=True)
        kinds = self.supraventricular + self.ventricular + self.fusion
        check_range("features.synthesis.supraventricular + ventricular + fusion", kinds, 0)
        check_seed("features.synthesis.seed", self.seed)


@dataclass
class FeaturesConfig:
    """What the network and the baselines see of a beat."""

    channels: list[str] = field(default_factory=lambda: list(CHANNELS))
    local_beats: int = 10
    history_s: float = 300.0
    history_beats: int = 64
    history_update_beats: int = 8
    regular_rr: float = 0.92
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    synthesis: SynthesisConfig = field(default_factory=SynthesisConfig)

    def __post_init__(self) -> None:
        for channel in self.channels or [""]:
            check_choice("features.channels", channel, CHANNELS)
        check_range("features.local_beats", self.local_beats, 1, low_included=True)
        check_range("features.history_s", self.history_s, 10, low_included=True)
        check_range("features.history_beats", self.history_beats, 5, low_included=True)
        check_range(
            "features.history_update_beats", self.history_update_beats, 1, low_included=True
        )
        check_range("features.regular_rr", self.regular_rr, 0.5, 1)


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


@dataclass
class PipelineConfig:
    """Everything in params.yaml."""

    dataset: DatasetConfig = field(default_factory=DatasetConfig)
    preprocess: PreprocessConfig = field(default_factory=PreprocessConfig)
    features: FeaturesConfig = field(default_factory=FeaturesConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    baselines: BaselinesConfig = field(default_factory=BaselinesConfig)
    threshold: ThresholdConfig = field(default_factory=ThresholdConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)
