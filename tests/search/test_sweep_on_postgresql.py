"""Past one machine: PostgreSQL holds study and runs, workers know nothing but its address."""

import os
import random
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import optuna
import pytest
from postgresql import create_database, find_binaries, running_postgresql
from race import STEPS, Race, orders
from sqlalchemy import create_engine, text
from toy_sweep import toy_config
from turns import StandingDatabase

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.repair import fail_silent
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import GRACE, close_storage, open_storage
from ecg_anomaly.search.study import IDENTITY, begin_study, read_trials
from ecg_anomaly.search.trials import ENDED, OBJECTIVE, count_states
from ecg_anomaly.tracking.benchmark_runs import PARENT
from ecg_anomaly.tracking.sweep_runs import follow_sweep
from ecg_anomaly.tracking.trial_runs import NUMBER
from mlflow_server import start_server, stop_server

BINARIES = find_binaries()

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BINARIES is None, reason="PostgreSQL is not installed (initdb not found)"),
]

TOY = str(Path(__file__).with_name("toy_sweep.py"))
N_TRIALS = 20


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
        axes = read_space(config.search)
        opened.append(open_storage(config.search))
        study = begin_study(opened[-1], config, axes, "data")
        fill_slots(study, config, axes)
        return opened[-1], axes, study

    yield begin
    for storage in opened:
        close_storage(storage)


@pytest.fixture
def tracking_server(database, tmp_path):
    """Run MLflow on PostgreSQL, with a folder as artifact store."""
    uri, process = start_server(tmp_path, database("runs"))
    yield uri
    stop_server(process)


def start_worker(folder, url):
    """Start a worker as a site would: a folder of its own and the address."""
    folder.mkdir()
    words = ["worker", str(folder), str(N_TRIALS), "0", "0.05", url]
    environment = {**os.environ, "TOY_HOLD": str(folder.parent / "hold")}
    with (folder / "log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, TOY, *words], cwd=folder, env=environment, stdout=log, stderr=log
        )


def test_four_workers_of_whom_two_are_killed_do_every_trial_once(
    database, open_study, tracking_server, tmp_path, monkeypatch
):
    url, rng = database("sweep"), random.Random(5)
    config = toy_config(tmp_path, N_TRIALS, 0, url, heartbeat_s=1)
    config.tracking.uri = tracking_server
    study = open_study(config)[-1]
    hold = tmp_path / "hold"
    hold.write_text("0")  # every worker stays in its first trial
    workers = [start_worker(tmp_path / f"node-{n}", url) for n in range(4)]
    deadline = time.monotonic() + 150
    with follow_sweep(config, study.user_attrs[IDENTITY]) as log:
        while any(worker.poll() is None for worker in workers):
            assert time.monotonic() < deadline
            trials = read_trials(study)
            if hold.exists() and processes_at_work(trials) == {w.pid for w in workers}:
                for victim in rng.sample(workers, 2):
                    victim.kill()
                hold.unlink()
            log.show(trials)
            time.sleep(0.1)
        trials = read_trials(study)
        log.finish(trials, tmp_path / "none", {})
    assert sorted(worker.returncode for worker in workers) == [-9, -9, 0, 0]
    assert sorted(t.slot for t in trials if t.state in ENDED) == list(range(N_TRIALS))
    assert count_states(trials)["killed"] == 2
    assert count_states(trials)["running"] == count_states(trials)["waiting"] == 0
    assert len({t.worker for t in trials}) == 4
    assert_logged(tracking_server, trials)


def processes_at_work(trials):
    """Return the processes that are at work on trials."""
    named = [trial.worker for trial in trials if trial.state == "running" and trial.worker]
    return {int(name.rpartition("/")[2]) for name in named}


def assert_logged(uri, trials):
    """Check that every trial is a child of one parent, with the curve that the study has."""
    import mlflow

    client = mlflow.MlflowClient(uri, uri)
    experiment = client.get_experiment_by_name("ecg-anomaly")
    runs = client.search_runs([experiment.experiment_id], max_results=500)
    (parent,) = [run for run in runs if PARENT not in run.data.tags]
    children = {int(run.data.tags[NUMBER]): run for run in runs if PARENT in run.data.tags}
    assert parent.info.status == "FINISHED"
    assert children.keys() == {t.number for t in trials}
    assert not any(run.info.status == "RUNNING" for run in runs)
    last = next(t for t in trials if t.state == "finished")
    curve = client.get_metric_history(children[last.number].info.run_id, f"epoch/{OBJECTIVE}")
    assert [m.value for m in curve] == [epoch[OBJECTIVE] for epoch in last.epochs]


def test_a_trial_that_gives_no_sign_of_life_is_tried_again(database, open_study, tmp_path):
    url = database("silent")
    config = toy_config(tmp_path, 1, 0, url, heartbeat_s=60)
    storage, axes, study = open_study(config)
    storage.record_heartbeat(1)
    storage.set_trial_state_values(1, optuna.trial.TrialState.RUNNING)
    fail_silent(study)
    assert [t.state for t in read_trials(study)] == ["running"]
    let_pass(url, (GRACE + 0.5) * 60)
    fail_silent(study)
    fill_slots(study, config, axes)
    assert [t.state for t in read_trials(study)] == ["killed", "waiting"]


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
    storage, axes, _ = open_study(config)
    with pytest.raises(UserError, match="was made with"):
        begin_study(storage, config, axes[:1], "data")


#: One in so many orders of two workers' steps: a database takes its time over each.
EVERY = 131


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")  # signs of life
def test_of_two_workers_one_gets_a_slot_of_a_database_and_keeps_it(database):
    url = database("race")
    storages = [StandingDatabase(url, heartbeat_interval=60, grace_period=240) for _ in range(3)]
    late = list("bbaaaaaabbbb")  # leaves its name on what the other one has just claimed
    for number, order in enumerate([late, *islice(orders(STEPS, STEPS), 0, None, EVERY)]):
        race = Race(storages, f"race-{number}")
        race.play(order)
        (winner,) = race.finish()
        assert race.states() == [("running", winner)], order
    for storage in storages:
        close_storage(storage)
