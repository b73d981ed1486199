import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from default_config import pipeline_config, tracking_config
from ecg_anomaly.config.pipeline_schema import PipelineConfig


@pytest.fixture
def project(tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project folder with its own database, as a stage finds it."""
    shutil.copy(migrated, tmp_path / "mlflow.db")
    monkeypatch.chdir(tmp_path)
    for variable in ("DVC_ROOT", "MLFLOW_TRACKING_URI"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def client(project: Path):
    """Read what was logged, past our own code."""
    import mlflow

    uri = f"sqlite:///{project / 'mlflow.db'}"
    return mlflow.MlflowClient(uri, uri)


@pytest.fixture
def runs(client) -> Callable[[], list]:
    """List the runs of the experiment, oldest first."""

    def search() -> list:
        experiment = client.get_experiment_by_name(tracking_config().experiment)
        if experiment is None:
            return []
        order = ["attributes.start_time ASC"]
        return list(client.search_runs([experiment.experiment_id], order_by=order))

    return search


@pytest.fixture
def config() -> PipelineConfig:
    return pipeline_config()
