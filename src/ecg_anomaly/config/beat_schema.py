"""Schema of the groups `preprocess` and `features`: from recordings to the inputs of a network."""

from dataclasses import dataclass, replace

from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed

BEAT_POSITIONS = ("reference", "detected")
CHANNELS = ("signal", "template_difference")


@dataclass(kw_only=True)
class PreprocessConfig:
    """Filtering, resampling, beat positions, windows, and limits of readable beats."""

    fs: float
    baseline_window_s: float
    low_pass_hz: float
    beat_positions: str
    match_tolerance_s: float
    window_before_s: float
    window_after_s: float
    flat_mv: float
    max_amplitude_mv: float
    max_roughness: float
    max_unrest: float
    min_likeness: float

    def __post_init__(self) -> None:
        check_range("preprocess.fs", self.fs, 60, 1000, low_included=True)
        check_range("preprocess.baseline_window_s", self.baseline_window_s, 0.5, 5.0)
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
        """Return the same without limits of noise, for beats that somebody has labelled."""
        return replace(self, max_roughness=float("inf"), max_unrest=float("inf"))


@dataclass(kw_only=True)
class SelectionConfig:
    """Limits by which scalar features are selected."""

    min_variance: float
    max_correlation: float
    min_information: float
    seed: int

    def __post_init__(self) -> None:
        check_seed("features.selection.seed", self.seed)
        check_range("features.selection.min_variance", self.min_variance, 0, low_included=True)
        check_range("features.selection.max_correlation", self.max_correlation, 0, 1)
        check_range(
            "features.selection.min_information", self.min_information, 0, low_included=True
        )


@dataclass(kw_only=True)
class SynthesisConfig:
    """Number and kinds of synthetic beats, see `ecg_anomaly.features.synthesis`."""

    beats_per_record: int
    supraventricular: float
    ventricular: float
    fusion: float
    rate_change: float
    pause: float
    fibrillation: float
    run: float
    long_run: float
    sustained: float
    block: float
    seed: int

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
            "sustained",
            "block",
        ):
            check_range(f"features.synthesis.{key}", getattr(self, key), 0, 1, low_included=True)
        kinds = self.supraventricular + self.ventricular + self.fusion
        check_range("features.synthesis.supraventricular + ventricular + fusion", kinds, 0)
        check_seed("features.synthesis.seed", self.seed)


@dataclass(kw_only=True)
class FeaturesConfig:
    """Inputs of the network and the baselines: channels, history, features."""

    channels: list[str]
    local_beats: int
    history_s: float
    history_beats: int
    history_update_s: float
    slow_history_s: float
    regular_rr: float
    interval_odds: bool
    selection: SelectionConfig
    synthesis: SynthesisConfig

    def __post_init__(self) -> None:
        for channel in self.channels or [""]:
            check_choice("features.channels", channel, CHANNELS)
        check_range("features.local_beats", self.local_beats, 1, low_included=True)
        check_range("features.history_s", self.history_s, 10, low_included=True)
        check_range("features.history_beats", self.history_beats, 5, low_included=True)
        check_range("features.history_update_s", self.history_update_s, 0.1, self.history_s / 2)
        check_range("features.slow_history_s", self.slow_history_s, 10, low_included=True)
        check_range("features.regular_rr", self.regular_rr, 0.5, 1)
