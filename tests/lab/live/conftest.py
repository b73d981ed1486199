from pathlib import Path

import pytest

from default_config import pipeline_config
from toy_detector import write_toy_detector


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())
