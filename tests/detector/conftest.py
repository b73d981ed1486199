import shutil
from pathlib import Path

import pytest

from default_config import pipeline_config
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.records.record import Record
from toy_detector import toy_records, write_toy_detector


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    """A copy of the folder of the detector, to be changed."""
    return Path(shutil.copytree(folder, tmp_path / "model"))


@pytest.fixture(scope="session")
def detector(folder: Path) -> Detector:
    return load_detector(folder)


@pytest.fixture(scope="session")
def record() -> Record:
    return toy_records()[0]
