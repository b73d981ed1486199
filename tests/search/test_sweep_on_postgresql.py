"""Several machines: PostgreSQL holds study and runs, workers know nothing but its address."""

import os
import random
import subprocess
import sys
from pathlib import Path

import optuna
import pytest
from postgresql import create_database, find_binaries, running_postgresql
from sqlalchemy import create_engine, text
from toy_sweep import toy_config

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import GRACE, close_storage, open_storage
from ecg_anomaly.search.study import IDENTITY, begin_study, read_trials
from ecg_anomaly.search.sweep import Sweep
from ecg_anomaly.search.trials import OBJECTIVE, count_ended, count_states, worker_number
from ecg_anomaly.search.worker_processes import WorkerProcesses
from ecg_anomaly.tracking.store import PARENT
from ecg_anomaly.tracking.sweep_runs import follow_sweep
from ecg_anomaly.tracking.trial_runs import NUMBER
from mlflow_server import start_server, stop_server

BINARIES = find_binaries()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BINARIES is None, reason="PostgreSQL is not installed (initdb not found)"),
]

TOY = str(Path(__file__).with_name("toy_sweep.py"))
N_TRIALS = 10


@pytest.fixture(scope="module")
def database():
    """Run one server for the module; return what creates a database on it."""
    with running_postgresql(BINARIES) as server:
        yield lambda name: create_database(BINARIES, server, name)


@pytest.fixture
def open_study():
    """Return what opens a study in a database and begins it; connections are closed at the end."""
    opened = []

    def begin(config):
        parameters = read_space(config)
        opened.append(open_storage(config.search))
        study = begin_study(opened[-1], config, parameters, "data")
        return opened[-1], parameters, study

    yield begin
    for storage in opened:
        close_storage(storage)


@pytest.fixture
def tracking_server(database, tmp_path):
    """Run MLflow on PostgreSQL, with a folder as artifact store."""
    uri, process = start_server(tmp_path, database("runs"))
    yield uri
    stop_server(process)


def start_worker(folder, url, number):
    """Start a worker as a site would: a folder of its own, the address, and its number."""
    folder.mkdir()
    words = ["worker", str(folder), str(N_TRIALS), "0", "0.05", url, str(number)]
    environment = {**os.environ, "TOY_HOLD": str(folder.parent / "hold")}
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, TOY, *words], cwd=folder, env=environment, stdout=log, stderr=log
        )


def test_four_workers_of_whom_two_are_killed_do_enough_trials(
    database, open_study, tracking_server, tmp_path
):
    url, rng = database("sweep"), random.Random(5)
    config = toy_config(tmp_path, N_TRIALS, 0, url, heartbeat_s=1)
    config.tracking.uri = tracking_server
    storage, _, study = open_study(config)
    hold = tmp_path / "hold"
    hold.write_text("0")  # every worker stays in its first trial
    workers = [start_worker(tmp_path / f"node-{n}", url, n) for n in range(4)]

    def kill_two(trials):
        training = {worker_number(t.worker) for t in trials if t.state == "running" and t.seed}
        if hold.exists() and training == set(range(4)):
            for victim in rng.sample(workers, 2):
                victim.kill()
            hold.unlink()

    with follow_sweep(config, study.user_attrs[IDENTITY]) as log:
        none = WorkerProcesses(0, lambda _: [], tmp_path, 0)
        assert Sweep(study, storage, config, none, [kill_two, log.show]).run()
        trials = read_trials(study)
        log.finish(trials, tmp_path / "none", {})
    assert sorted(worker.wait(60) for worker in workers) == [-9, -9, 0, 0]
    assert N_TRIALS <= count_ended(trials) < N_TRIALS + 4
    assert count_states(trials)["killed"] == 2
    assert count_states(trials)["running"] == 0
    assert len({t.worker for t in trials}) == 4
    killed = [t for t in trials if t.state == "killed"]
    again = [t for t in trials if t.seed in {k.seed for k in killed} and t not in killed]
    by_seed = [
        sorted((t.seed, sorted(t.params.items())) for t in trials) for trials in (again, killed)
    ]
    assert by_seed[0] == by_seed[1]
    assert_logged(tracking_server, trials)


def assert_logged(uri, trials):
    """Check that each trial that began is a child of one parent, with the curve of the study."""
    import mlflow

    client = mlflow.MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name("ecg-anomaly")
    runs = client.search_runs([experiment.experiment_id], max_results=500)
    (parent,) = [run for run in runs if PARENT not in run.data.tags]
    children = {int(run.data.tags[NUMBER]): run for run in runs if PARENT in run.data.tags}
    assert parent.info.status == "FINISHED"
    assert children.keys() == {t.number for t in trials if t.state != "waiting"}
    assert not any(run.info.status == "RUNNING" for run in runs)
    last = next(t for t in trials if t.state == "finished")
    curve = client.get_metric_history(children[last.number].info.run_id, f"epoch/{OBJECTIVE}")
    assert [m.value for m in curve] == [epoch[OBJECTIVE] for epoch in last.epochs]


@pytest.mark.parametrize("beats", [0, 1], ids=["killed at once", "killed later"])
def test_a_trial_without_heartbeat_is_tried_again(database, open_study, tmp_path, beats):
    url = database(f"silent{beats}")
    config = toy_config(tmp_path, 1, 0, url, heartbeat_s=60)
    storage, _, study = open_study(config)
    storage.set_trial_state_values(1, optuna.trial.TrialState.RUNNING)
    for _ in range(beats):
        storage.record_heartbeat(1)
    sweep = Sweep(study, storage, config, WorkerProcesses(0, lambda _: [], tmp_path, 0), [])
    assert [t.state for t in sweep._look()] == ["running"]
    let_pass(url, (GRACE + 0.5) * 60)
    assert [t.state for t in sweep._look()] == ["killed", "waiting"]


def let_pass(url, seconds):
    """Let time pass for the signs of life in a database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        span = text(f"UPDATE trial_heartbeats SET heartbeat = heartbeat - interval '{seconds} s'")
        connection.execute(span)
    engine.dispose()


def test_another_space_is_refused_by_a_database_too(database, open_study, tmp_path):
    url = database("other")
    config = toy_config(tmp_path, 2, 0, url)
    storage, parameters, _ = open_study(config)
    with pytest.raises(UserError, match="was made with"):
        begin_study(storage, config, parameters[:1], "data")
