from pathlib import Path

import pytest

from default_config import pipeline_config
from lab.fuzzing.specimens import Specimen, make_specimens
from toy_detector import write_toy_detector


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a packaged detector."""
    return write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())


@pytest.fixture(scope="session")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> list[Specimen]:
    """Make a valid recording of every format. Not to be changed."""
    return make_specimens(tmp_path_factory.mktemp("specimens"))
