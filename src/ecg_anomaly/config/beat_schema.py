"""How recordings become beats, and what is seen of a beat."""

from dataclasses import dataclass, field, replace

from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed

BEAT_POSITIONS = ("reference", "detected")
CHANNELS = ("signal", "template_difference")


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
    max_roughness: float = 0.04
    max_unrest: float = 0.15
    min_likeness: float = 0.9

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
        check_range("preprocess.max_roughness", self.max_roughness, 0)
        check_range("preprocess.max_unrest", self.max_unrest, 0)
        check_range("preprocess.min_likeness", self.min_likeness, -1, 1, low_included=True)

    def ignoring_noise(self) -> "PreprocessConfig":
        """Return the same without limits of noise: for beats that somebody has read."""
        return replace(self, max_roughness=float("inf"), max_unrest=float("inf"))


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
    history_update_beats: int = 16
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
