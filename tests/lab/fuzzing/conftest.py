from pathlib import Path

import pytest

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from toy_detector import write_toy_detector


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a packaged detector."""
    return write_toy_detector(tmp_path_factory.mktemp("toy"), PipelineConfig())
