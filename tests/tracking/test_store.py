"""MLflow away, broken or switched off: the numbers on disk are safe, and one line says so."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from default_config import tracking_config
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking import store
from ecg_anomaly.tracking.pipeline_runs import start_run

EPOCH = {"epoch": 1.0, "loss": 0.5, "validation_loss": 0.6}


def test_tracking_switched_off_logs_and_says_nothing(
    project: Path,
    runs: Callable[[], list],
    config: PipelineConfig,
    capsys: pytest.CaptureFixture[str],
) -> None:
    off = replace(config, tracking=tracking_config(enabled=False))
    with start_run(off) as run:
        run.log_epoch(EPOCH)
        run.log_files(project, "*", "all")
        run.log_dataset("a", "b", "c")
    assert runs() == []
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1:9",
        "http://host.invalid:5000",
        "nonsense://somewhere",
        "sqlite:///{project}/absent/mlflow.db",
        "sqlite:///{project}/folder.db",
        "sqlite:///{project}/text.db",
    ],
)
def test_mlflow_away_is_one_line_and_nothing_more(
    project: Path, config: PipelineConfig, capfd: pytest.CaptureFixture[str], uri: str
) -> None:
    (project / "folder.db").mkdir()
    (project / "text.db").write_text("this is no database " * 100)
    away = replace(config, tracking=tracking_config(uri=uri.format(project=project)))
    start = time.monotonic()
    with start_run(away) as run:
        run.log_epoch(EPOCH)
        run.log_metrics({"auroc": 0.5})
        run.log_dataset("a", "b", "c")
    assert time.monotonic() - start < 10
    (said,) = capfd.readouterr().err.splitlines()
    assert said.startswith("warning: not logged to MLflow")
    assert "tracking.uri" in said


def test_a_database_that_another_process_holds_is_not_waited_for(
    project: Path,
    config: PipelineConfig,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert store.TIMEOUT_S < 15
    monkeypatch.setattr(store, "TIMEOUT_S", 0.2)
    start = time.monotonic()
    with closing(sqlite3.connect(project / "mlflow.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        with start_run(config) as run:
            run.log_epoch(EPOCH)
    assert time.monotonic() - start < 15
    assert "database is locked" in capfd.readouterr().err


def test_a_store_that_goes_away_in_the_middle_is_said_once(
    project: Path, config: PipelineConfig, capfd: pytest.CaptureFixture[str]
) -> None:
    with start_run(config) as run:
        run.log_epoch(EPOCH)
        run.run_id = "0" * 32  # as if somebody had deleted the run
        for _ in range(3):
            run.log_epoch(EPOCH)
    said = capfd.readouterr().err.splitlines()
    assert len([line for line in said if line.startswith("warning:")]) == 1


def test_an_error_of_the_pipeline_is_not_hidden_when_mlflow_is_away(
    project: Path, config: PipelineConfig
) -> None:
    away = replace(config, tracking=tracking_config(uri="http://127.0.0.1:9"))
    with pytest.raises(ZeroDivisionError), start_run(away):
        _ = 1 // 0
