"""The run of a pipeline: every parameter, shared by the stages, ended when a process dies."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from default_config import model_config, pipeline_config, tracking_config
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.pipeline_runs import COMPLETE, pipeline_key, resume_run, start_run
from ecg_anomaly.tracking.store import PROCESS
from ecg_anomaly.tracking.tracked_run import flatten_config

Runs = Callable[[], list]

EPOCHS = [
    {"epoch": 1.0, "loss": 0.5, "validation_loss": 0.6},
    {"epoch": 2.0, "loss": 0.25, "validation_loss": 0.4},
]


def no_epochs() -> list[dict[str, float]]:
    raise AssertionError("the epochs are logged already")


def run_pipeline(config: PipelineConfig) -> None:
    """Do what the stages train and package do, one after the other."""
    with start_run(config) as run:
        for metrics in EPOCHS:
            run.log_epoch(metrics)
    with resume_run(config, no_epochs) as run:
        run.log_metrics({"detector_auroc": 0.9})
        run.set_tags({COMPLETE: "true"})


def test_a_run_holds_every_parameter(project: Path, runs: Runs, config: PipelineConfig) -> None:
    with start_run(config):
        pass
    (run,) = runs()
    assert run.data.params == flatten_config(config)
    assert run.info.run_name == f"{config.model.kind} on simulated"
    assert run.data.tags["dataset"] == "simulated"


def test_epochs_are_steps(project: Path, client, runs: Runs, config: PipelineConfig) -> None:
    with start_run(config) as run:
        for metrics in EPOCHS:
            run.log_epoch(metrics)
    (logged,) = runs()
    history = client.get_metric_history(logged.info.run_id, "epoch/loss")
    assert [(m.step, m.value) for m in history] == [(1, 0.5), (2, 0.25)]
    assert not client.get_metric_history(logged.info.run_id, "epoch/epoch")


def test_the_stages_of_a_pipeline_run_share_a_run(
    project: Path, runs: Runs, config: PipelineConfig
) -> None:
    run_pipeline(config)
    (run,) = runs()
    assert run.data.metrics["epoch/loss"] == 0.25
    assert run.data.metrics["detector_auroc"] == 0.9
    assert run.info.status == "FINISHED"


def test_the_same_configuration_again_is_a_second_run(
    project: Path, runs: Runs, config: PipelineConfig
) -> None:
    run_pipeline(config)
    run_pipeline(config)
    first, second = runs()
    assert first.info.run_id != second.info.run_id
    assert first.data.metrics == second.data.metrics


def test_another_configuration_does_not_continue_the_run(
    project: Path, runs: Runs, config: PipelineConfig
) -> None:
    with start_run(config):
        pass
    with resume_run(replace(config, model=model_config(units=7)), lambda: []):
        pass
    assert [run.data.params["model.units"] for run in runs()] == ["48", "7"]


def test_epochs_of_a_training_from_the_cache_are_logged_afterwards(
    project: Path, client, runs: Runs, config: PipelineConfig
) -> None:
    run_pipeline(config)
    with resume_run(config, lambda: EPOCHS) as run:
        run.set_tags({COMPLETE: "true"})
    _, restored = runs()
    history = client.get_metric_history(restored.info.run_id, "epoch/validation_loss")
    assert [(m.step, m.value) for m in history] == [(1, 0.6), (2, 0.4)]
    assert restored.data.params == flatten_config(config)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_run_whose_block_raises_has_failed(
    project: Path, runs: Runs, config: PipelineConfig, error: type[BaseException]
) -> None:
    with pytest.raises(error), start_run(config):
        raise error
    assert [run.info.status for run in runs()] == ["FAILED"]


def test_a_failed_package_is_continued(project: Path, runs: Runs, config: PipelineConfig) -> None:
    with start_run(config):
        pass
    with pytest.raises(ValueError, match="disk"), resume_run(config, no_epochs):
        raise ValueError("disk")
    with resume_run(config, no_epochs):
        pass
    assert [run.info.status for run in runs()] == ["FINISHED"]


def test_a_run_of_a_dead_process_is_ended_and_one_of_a_living_process_is_not(
    project: Path, client, runs: Runs, config: PipelineConfig
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with start_run(config):
        pass
    experiment = runs()[0].info.experiment_id
    pids = {"dead": dead.pid, "alive": os.getppid(), "foreign": "elsewhere"}
    for name, pid in pids.items():
        client.create_run(experiment, run_name=name, tags={PROCESS: str(pid)})
    with start_run(config):
        pass
    status = {run.info.run_name: run.info.status for run in runs()}
    assert [status[name] for name in pids] == ["KILLED", "RUNNING", "RUNNING"]


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


def test_the_key_is_that_of_method_and_commit() -> None:
    plain = pipeline_key(pipeline_config(), "abc")
    assert plain == pipeline_key(pipeline_config(), "abc")
    assert plain == pipeline_key(pipeline_config(tracking=tracking_config(alias="other")), "abc")
    assert plain != pipeline_key(pipeline_config(), "abd")
    assert plain != pipeline_key(pipeline_config(model=model_config(units=47)), "abc")


@pytest.mark.parametrize("group", sorted(set(asdict(pipeline_config())) - {"tracking"}))
def test_a_change_in_any_group_changes_the_key(group: str) -> None:
    config = pipeline_config()
    key = "name" if group == "dataset" else next(iter(vars(getattr(config, group))))
    setattr(getattr(config, group), key, "changed")
    assert pipeline_key(config, "") != pipeline_key(pipeline_config(), "")
