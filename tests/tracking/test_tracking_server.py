"""The same runs against a real MLflow server, and against one that stops in the middle."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from default_config import tracking_config
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.pipeline_runs import COMPLETE, resume_run, start_run
from mlflow_server import start_server, stop_server


@pytest.fixture
def server(project: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    uri, process = start_server(project, f"sqlite:///{project / 'mlflow.db'}")
    yield uri, process
    stop_server(process)


@pytest.mark.slow
def test_a_server_gets_the_whole_run_and_may_go_away(
    server: tuple[str, subprocess.Popen],
    project: Path,
    config: PipelineConfig,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import mlflow

    uri, process = server
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    (project / "roc.png").write_bytes(b"plot")
    with start_run(config) as run:
        run.log_epoch({"epoch": 1.0, "loss": 0.5})
    with resume_run(config, lambda: pytest.fail("logged already")) as run:
        run.log_files(project, "*.png", "plots")
        run.log_dataset("simulated", "simulation", "ab" * 32)
        run.set_tags({COMPLETE: "true"})
    client = mlflow.MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name(tracking_config().experiment)
    (logged,) = client.search_runs([experiment.experiment_id])
    assert logged.info.status == "FINISHED"
    assert logged.data.metrics == {"epoch/loss": 0.5}
    assert [a.path for a in client.list_artifacts(run.run_id, "plots")] == ["plots/roc.png"]
    assert list((project / "kept").rglob("roc.png"))
    assert capfd.readouterr().err == ""

    with start_run(replace(config)) as run:
        stop_server(process)
        start = time.monotonic()
        for epoch in range(3):
            run.log_epoch({"epoch": float(epoch), "loss": 0.5})
    assert time.monotonic() - start < 20
    said = capfd.readouterr().err.splitlines()
    assert len([line for line in said if line.startswith("warning: not logged")]) == 1
