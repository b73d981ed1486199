import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from default_config import pipeline_config
from ecg_anomaly.archive.archive_run import ArchiveJob, prepare_job
from ecg_anomaly.archive.recording_scoring import ArchiveDetector
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from toy_detector import toy_records, write_toy_detector


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a packaged detector."""
    return write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())


@pytest.fixture(scope="session")
def chosen(model: Path) -> ArchiveDetector:
    """Load it."""
    return load_chosen(model)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of four recordings of a minute: s01 to s04."""
    folder = tmp_path_factory.mktemp("sound")
    for record in toy_records():
        write_record(record, folder)
    return folder


@pytest.fixture
def records(sound: Path, tmp_path: Path) -> Path:
    """Give a folder of recordings that may be spoilt."""
    return Path(shutil.copytree(sound, tmp_path / "records"))


@pytest.fixture
def manifest(records: Path, tmp_path: Path) -> Path:
    """Write a manifest of the recordings."""
    path = tmp_path / "manifest.txt"
    path.write_text("".join(f"{header}\n" for header in sorted(records.glob("*.hea"))))
    return path


@pytest.fixture
def prepare(manifest: Path, tmp_path: Path, chosen: ArchiveDetector) -> Callable[..., ArchiveJob]:
    """Return a function that prepares a run into ``table``."""

    def make(**options: bool) -> ArchiveJob:
        return prepare_job(str(manifest), str(tmp_path / "table"), chosen.sha256, **options)

    return make
