"""The runs of a sweep: a parent, a child for each trial, continued after a kill."""

from pathlib import Path

import pytest
from logged_trials import trial

from default_config import search_config, search_run_config
from ecg_anomaly.search.trials import OBJECTIVE
from ecg_anomaly.tracking.store import PARENT
from ecg_anomaly.tracking.sweep_runs import follow_sweep
from ecg_anomaly.tracking.trial_runs import NUMBER, STATE


@pytest.fixture
def config():
    space = {"model": {"units": {"kind": "int", "low": 4, "high": 8}}}
    url = "postgresql+psycopg://me:secret@host/base"
    return search_run_config(search=search_config(study="mine", space=space, storage=url))


def family(runs):
    """Parents, and children by number of trial."""
    parents = [run for run in runs() if PARENT not in run.data.tags]
    children = {int(run.data.tags[NUMBER]): run for run in runs() if PARENT in run.data.tags}
    return parents, children


def test_each_trial_is_a_child_with_its_curve_its_values_and_its_state(runs, client, config):
    trials = [
        trial(0, "finished", 3, 0.3), trial(1, "pruned", 1, 0.1), trial(2, "killed", 1),
        trial(3, "failed", 0, reason="diverged"), trial(4, "waiting", 0),
        trial(5, "finished", 0, 0.3, duplicate_of=0),
    ]  # fmt: skip
    with follow_sweep(config, "abc") as log:
        log.show(trials)
        log.finish(trials, Path("no_pictures"), {"complete": "true"})
    (parent,), children = family(runs)
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["study"] == "mine"
    assert parent.data.tags["best_trial"] == "0"
    assert parent.data.tags["best.model.units"] == "8"
    assert parent.data.metrics[f"best_{OBJECTIVE}"] == 0.3
    assert parent.data.metrics["trials_pruned"] == 1
    assert parent.data.params["search.space.model.units.high"] == "8"
    assert not any("secret" in value for value in parent.data.params.values())
    assert {n: run.info.status for n, run in children.items()} == {
        0: "FINISHED", 1: "KILLED", 2: "KILLED", 3: "FAILED", 5: "FINISHED",
    }  # fmt: skip
    assert {run.data.tags[PARENT] for run in children.values()} == {parent.info.run_id}
    assert children[1].data.tags[STATE] == "pruned"
    assert children[3].data.tags["reason"] == "diverged"
    assert children[5].data.tags["duplicate_of"] == "0"
    assert children[0].data.tags["best"] == "true"
    assert children[0].data.params == {"model.units": "8"}
    assert children[0].data.metrics["value"] == 0.3
    curve = client.get_metric_history(children[0].info.run_id, f"epoch/{OBJECTIVE}")
    assert [(m.step, m.value) for m in curve] == [(1, 0.1), (2, 0.2), (3, pytest.approx(0.3))]


def test_a_sweep_that_is_called_again_goes_on_with_its_runs(runs, client, config):
    interrupt = pytest.raises(KeyboardInterrupt)
    with interrupt, follow_sweep(config, "abc") as log:
        log.show([trial(0, "finished", value=0.2), trial(1, "running", 2)], last=True)
        raise KeyboardInterrupt
    (parent,), children = family(runs)
    assert parent.info.status == "KILLED"
    assert children[1].info.status == "RUNNING"
    with follow_sweep(config, "abc") as log:
        now = [trial(0, "finished", value=0.2), trial(1, "killed", 2), trial(2, "pruned", 1, 0.1)]
        log.show(now, last=True)
    (again,), children = family(runs)
    assert again.info.run_id == parent.info.run_id
    assert again.info.status == "FINISHED"
    assert [children[n].info.status for n in range(3)] == ["FINISHED", "KILLED", "KILLED"]
    curve = client.get_metric_history(children[1].info.run_id, "epoch/loss")
    assert [m.step for m in curve] == [1, 2]
    assert len(runs()) == 4


def test_another_study_of_the_name_has_its_own_parent(runs, config):
    for identity in ("abc", "def"):
        with follow_sweep(config, identity):
            pass
    assert len(family(runs)[0]) == 2


def test_a_store_that_is_away_costs_one_warning_and_no_trial(project, config, capsys):
    config.tracking.uri = f"sqlite:///{project}/no/such/folder/mlflow.db"
    with follow_sweep(config, "abc") as log:
        for _ in range(3):
            log.show([trial(0, "finished", value=0.5)], last=True)
        log.finish([trial(0, "finished", value=0.5)], project, {})
    assert capsys.readouterr().err.count("warning: not logged to MLflow") == 1


def test_no_run_is_deleted(runs, client, config):
    from mlflow.entities import ViewType

    with follow_sweep(config, "abc") as log:
        log.show([trial(n, "killed", 1) for n in range(3)], last=True)
    experiment = runs()[0].info.experiment_id
    assert client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY) == []
