"""One run: files, data set, parameters; where it is kept; errors that are warnings."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from default_config import pipeline_config, simulation_config
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.pipeline_runs import start_run
from ecg_anomaly.tracking.store import experiment_id
from ecg_anomaly.tracking.tracked_run import (
    MOST_CHARACTERS,
    MOST_PARAMETERS,
    TrackedRun,
    connect,
    flatten_config,
)

Runs = Callable[[], list]


def test_plots_and_dataset_are_kept(
    project: Path, client, runs: Runs, config: PipelineConfig
) -> None:
    plots = project / "plots"
    plots.mkdir()
    for name in ("roc.png", "confusion.png", "notes.txt"):
        (plots / name).write_bytes(b"plot")
    with start_run(config) as run:
        run.log_files(plots, "*.png", "plots")
        run.log_dataset("simulated", "simulation", "ab" * 32)
    (logged,) = runs()
    kept = [a.path for a in client.list_artifacts(logged.info.run_id, "plots")]
    assert kept == ["plots/confusion.png", "plots/roc.png"]
    assert (project / "mlartifacts").is_dir()
    (given,) = logged.inputs.dataset_inputs
    assert (given.dataset.name, given.dataset.digest) == ("simulated", "ab" * 18)
    assert logged.data.tags["dataset.sha256"] == "ab" * 32


def test_a_table_is_an_artifact_that_mlflow_shows_and_no_metric(
    project: Path, client, runs: Runs, config: PipelineConfig
) -> None:
    rows = [{"by": "lead", "recall": 0.5}, {"by": "lead", "recall": None}]
    with start_run(config) as run:
        run.log_table("tables/groups.json", rows)
        run.log_table("tables/none.json", [])
    (logged,) = runs()
    assert [a.path for a in client.list_artifacts(logged.info.run_id, "tables")] == [
        "tables/groups.json"
    ]
    shown = client.load_table(logged.info.experiment_id, "tables/groups.json", [logged.info.run_id])
    assert shown["recall"].tolist()[0] == 0.5
    assert len(shown) == 2
    assert not logged.data.metrics


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


def test_more_parameters_than_one_call_takes_are_all_logged(
    project: Path, runs: Runs, config: PipelineConfig
) -> None:
    run = connect(config.tracking)
    run.create(experiment_id(run.client, config.tracking), "many", {"a": "b"})
    many = {f"p{i}": str(i) for i in range(2 * MOST_PARAMETERS + 1)}
    run.log_parameters(many)
    assert runs()[0].data.params == many
    assert runs()[0].data.tags["a"] == "b"


def test_a_run_without_a_client_does_nothing() -> None:
    run = TrackedRun(None)
    run.attempt(lambda: 1 / 0)
    run.log_epoch({"epoch": 1.0})
    run.set_tags({"a": "b"})


def test_the_first_failure_is_one_warning_and_the_last_call(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run, calls = TrackedRun(object()), []

    def fail() -> None:
        calls.append(1)
        raise RuntimeError("no\nserver")

    for _ in range(3):
        run.attempt(fail)
    assert calls == [1]
    said = capsys.readouterr().err
    assert said.startswith("warning: not logged to MLflow (RuntimeError: no server)")
    assert said.count("\n") == 1


def test_every_key_of_every_group_is_flattened_but_for_tracking() -> None:
    config = pipeline_config()
    config.dataset.simulation = simulation_config()
    flat = flatten_config(config)
    groups = {key.split(".")[0] for key in flat}
    assert groups == set(asdict(config)) - {"tracking"}
    assert flat["dataset.simulation.seed"] == "2003"
    assert flat["features.selection.max_correlation"] == "0.98"
    assert flat["model.units"] == "48"
    assert flat["dataset.subjects"] == "{}"


def test_long_values_are_cut_to_what_mlflow_takes() -> None:
    config = pipeline_config()
    config.dataset.exclude = [f"record{i}" for i in range(2000)]
    assert len(flatten_config(config)["dataset.exclude"]) == MOST_CHARACTERS
