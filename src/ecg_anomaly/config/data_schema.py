"""Where recordings come from and who is on which side."""

from dataclasses import dataclass, field

from ecg_anomaly.config.value_checks import check_choice, check_name, check_range, check_seed

SOURCES = ("simulation", "mitdb", "ecg5000", "wfdb_folder")
SPLIT_UNITS = ("subject", "beat")


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
