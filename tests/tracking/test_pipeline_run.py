"""What a run holds beside its numbers, and where it is kept."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.open_runs import start_run

Runs = Callable[[], list]


def test_pictures_and_dataset_are_kept(
    project: Path, client, runs: Runs, config: PipelineConfig
) -> None:
    plots = project / "pictures"
    plots.mkdir()
    for name in ("roc.png", "confusion.png", "notes.txt"):
        (plots / name).write_bytes(b"picture")
    with start_run(config) as run:
        run.log_files(plots, "*.png", "pictures")
        run.log_dataset("simulated", "simulation", "ab" * 32)
    (logged,) = runs()
    kept = [a.path for a in client.list_artifacts(logged.info.run_id, "pictures")]
    assert kept == ["pictures/confusion.png", "pictures/roc.png"]
    assert (project / "mlartifacts").is_dir()
    (given,) = logged.inputs.dataset_inputs
    assert (given.dataset.name, given.dataset.digest) == ("simulated", "ab" * 18)
    assert logged.data.tags["dataset.sha256"] == "ab" * 32


def test_a_run_is_tagged_with_the_commit(
    project: Path, runs: Runs, config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "first"]):
        subprocess.run([*git, *words], cwd=project, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project, capture_output=True, text=True, check=True
    )
    with start_run(config):
        pass
    assert runs()[0].data.tags["mlflow.source.git.commit"] == head.stdout.strip()


def test_the_main_checkout_keeps_the_runs_of_its_copies(
    project: Path, runs: Runs, config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DVC_ROOT", str(project))
    (project / "copy").mkdir()
    monkeypatch.chdir(project / "copy")
    with start_run(config):
        pass
    assert len(runs()) == 1
    assert not list((project / "copy").iterdir())
