"""Schema of the group `dataset`: source of the recordings, subjects, splits."""

from dataclasses import dataclass

from ecg_anomaly.config.value_checks import check_choice, check_folder_name, check_range, check_seed
from ecg_anomaly.files.errors import UserError

DATABASES = ("mitdb", "svdb", "qtdb")
SOURCES = ("simulation", *DATABASES, "cohort", "ecg5000", "wfdb_folder")
SPLIT_UNITS = ("subject", "beat")


@dataclass(kw_only=True)
class SimulationConfig:
    """Simulated patients (`ecg_anomaly.records.simulation`)."""

    n_subjects: int
    duration_s: float
    fs: float
    seed: int
    difficult: bool

    def __post_init__(self) -> None:
        check_range("dataset.simulation.n_subjects", self.n_subjects, 1, low_included=True)
        check_range("dataset.simulation.duration_s", self.duration_s, 10, 1e7, low_included=True)
        check_seed("dataset.simulation.seed", self.seed)
        check_range("dataset.simulation.fs", self.fs, 100, 1000, low_included=True)


@dataclass(kw_only=True)
class SplitConfig:
    """Which subjects train, validate and test."""

    unit: str
    test_fraction: float
    validation_fraction: float
    test: list[str]
    validation: list[str]
    seed: int

    def __post_init__(self) -> None:
        check_seed("dataset.split.seed", self.seed)
        check_choice("dataset.split.unit", self.unit, SPLIT_UNITS)
        check_range("dataset.split.test_fraction", self.test_fraction, 0, 1, high_included=False)
        check_range(
            "dataset.split.validation_fraction",
            self.validation_fraction, 0, 1 - self.test_fraction, high_included=False,
        )  # fmt: skip


@dataclass(kw_only=True)
class DatasetConfig:
    """Source of the recordings, subject of each, and how they are split."""

    name: str
    source: str
    folder: str | None
    databases: list[str]
    simulation: SimulationConfig | None
    split: SplitConfig
    subjects: dict[str, str]
    exclude: list[str]
    leads: list[list[str]]
    escape_beats: str

    def __post_init__(self) -> None:
        check_folder_name("dataset.name", self.name)
        check_choice("dataset.source", self.source, SOURCES)
        for database in self.databases:
            check_choice("dataset.databases", database, DATABASES)
        if len(set(self.databases)) < len(self.databases) or bool(self.databases) != (
            self.source == "cohort"
        ):
            rule = f"{self.databases} with dataset.source {self.source}"
            way_out = f"name some of {', '.join(DATABASES)}, each once, for source cohort only"
            raise UserError("dataset.databases", rule, way_out)
        check_range("number of dataset.leads", len(self.leads), 1, low_included=True)
        check_choice("dataset.escape_beats", self.escape_beats, ("S", "N"))


def unlabelled_dataset(leads: list[list[str]]) -> DatasetConfig:
    """Make the configuration of recordings without labels and splits, of which only leads matter.

    Parameters
    ----------
    leads : list of list of str
        Names of each lead, in order of preference.
    """
    split = SplitConfig(
        unit="subject", test_fraction=0.5, validation_fraction=0.25, test=[], validation=[], seed=0
    )
    return DatasetConfig(
        name="unlabelled",
        source="wfdb_folder",
        folder=None,
        databases=[],
        simulation=None,
        split=split,
        subjects={},
        exclude=[],
        leads=leads,
        escape_beats="S",
    )
