import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ecg_anomaly.config.pipeline_schema import ModelConfig, PipelineConfig
from ecg_anomaly.tracking.open_runs import COMPLETE, PROCESS, resume_run, start_run
from ecg_anomaly.tracking.parameters import flatten_config

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
        for figures in EPOCHS:
            run.log_epoch(figures)
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
        for figures in EPOCHS:
            run.log_epoch(figures)
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


def test_another_configuration_does_not_go_on_with_the_run(
    project: Path, runs: Runs, config: PipelineConfig
) -> None:
    with start_run(config):
        pass
    with resume_run(replace(config, model=ModelConfig(units=7)), lambda: []):
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


def test_a_failed_package_is_gone_on_with(
    project: Path, runs: Runs, config: PipelineConfig
) -> None:
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
