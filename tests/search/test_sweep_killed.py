"""A sweep of processes: killed at random, it loses no trial and ends with the promised number."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import optuna
import psutil
import pytest
from toy_sweep import toy_config

from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import ENDED, count_ended
from ecg_anomaly.search.worker_processes import lock_study

TOY = str(Path(__file__).with_name("toy_sweep.py"))


def start(folder, n_trials=6, n_workers=2, seconds=0.02):
    words = ["sweep", str(folder), str(n_trials), str(n_workers), str(seconds)]
    return subprocess.Popen(
        [sys.executable, TOY, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TOY_HOLD": str(folder / "hold")},
        # A shell's background jobs ignore Ctrl-C, and what they start inherits it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


@pytest.fixture
def hold(tmp_path):
    """Hold all trials whose seed is so large or larger, until the file is unlinked."""
    path = tmp_path / "hold"

    def begin(seed=0):
        path.write_text(str(seed))
        return path

    return begin


def at_work(folder):
    """Return the workers that are training a trial."""
    return {trial.worker for trial in trials_of(folder) if trial.state == "running"}


def finish(process, timeout=120):
    """Wait for a sweep; return its status and what it said."""
    said = process.communicate(timeout=timeout)
    return process.returncode, said[1]


def trials_of(folder):
    config = toy_config(folder)
    if not (study_folder(config.search) / "journal.log").is_file():
        return []
    storage = open_storage(config.search)
    if "toy" not in optuna.get_all_study_names(storage):
        return []
    return read_trials(optuna.load_study(study_name="toy", storage=storage))


def workers_of(folder):
    """Find worker processes of a folder, whoever their parent is."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if TOY in words and "worker" in words and str(folder) in words:
            found.append(process)
    return found


def wait_until(question, timeout=60.0):
    deadline = time.monotonic() + timeout
    while not question():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def assert_enough(folder, n_trials, n_workers=2):
    """Check that the promised number has ended and that nothing is left under way."""
    trials = trials_of(folder)
    assert n_trials <= count_ended(trials) < n_trials + n_workers
    assert not any(t.state == "running" for t in trials)


@pytest.mark.slow
def test_two_workers_share_a_sweep_and_a_second_call_has_nothing_to_do(tmp_path, hold):
    gate, sweep = hold(), start(tmp_path)
    wait_until(lambda: len(at_work(tmp_path) - {""}) == 2)
    gate.unlink()
    status, said = finish(sweep)
    assert status == 0, said
    assert_enough(tmp_path, 6)
    assert len({t.worker for t in trials_of(tmp_path)}) == 2
    before = (tmp_path / "toy/journal.log").read_bytes()
    assert finish(start(tmp_path))[0] == 0
    assert (tmp_path / "toy/journal.log").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_a_sweep_that_was_ended_takes_its_workers_along_and_goes_on(tmp_path, hold, how, status):
    gate, sweep = hold(), start(tmp_path)
    wait_until(lambda: sum(t.state == "running" for t in trials_of(tmp_path)) == 2)
    workers = workers_of(tmp_path)
    sweep.send_signal(how)
    ended, said = finish(sweep)
    assert ended == status
    assert "Traceback" not in said
    psutil.wait_procs(workers, timeout=60)
    assert workers_of(tmp_path) == []
    if how != signal.SIGKILL:
        assert not any(t.state == "running" for t in trials_of(tmp_path))
    if how == signal.SIGINT:  # it leaves what SIGTERM leaves, and nobody holds the study
        with lock_study(tmp_path / "toy"):
            return
    gate.unlink()
    assert finish(start(tmp_path, n_workers=1))[0] == 0
    assert_enough(tmp_path, 6, n_workers=1)


@pytest.mark.slow
def test_a_second_sweep_of_a_study_that_is_worked_on_is_refused(tmp_path, hold):
    gate, sweep = hold(), start(tmp_path)
    wait_until(lambda: workers_of(tmp_path))
    status, said = finish(start(tmp_path))
    assert status == 1
    assert "another sweep is working on this study" in said
    assert len([line for line in said.splitlines() if line]) == 1
    gate.unlink()
    assert finish(sweep)[0] == 0
    assert_enough(tmp_path, 6)


@pytest.mark.slow
def test_workers_that_cannot_work_end_the_sweep_with_one_line(tmp_path):
    (tmp_path / "toy").mkdir()
    sweep = start(tmp_path, n_workers=1, seconds="soon")
    status, said = finish(sweep)
    assert status == 1
    (line,) = [line for line in said.splitlines() if line]
    assert line.startswith("error: ")
    assert "could not convert" in line
    assert workers_of(tmp_path) == []


@pytest.mark.slow
def test_random_kills_lose_no_trial_and_leave_none_running(tmp_path, hold):
    rng, n_trials = random.Random(3), 8
    gate = hold(1 + n_trials)  # the last trials do not end before the kills are over
    sweep, ended = start(tmp_path, n_trials, seconds=0.1), {}
    for _ in range(6):
        if sweep.poll() is not None:
            sweep.communicate()
            sweep = start(tmp_path, n_trials, seconds=0.1)
        wait_until(lambda: len(children_of(sweep)) == 2)  # noqa: B023
        time.sleep(rng.uniform(0, 2))  # until they import, begin a trial, are in an epoch
        kill(rng.choice(["worker", "parent", "all"]), sweep)
        assert results(tmp_path).items() >= ended.items()
        ended = results(tmp_path)
    sweep.kill()
    sweep.communicate()
    gate.unlink()
    assert finish(start(tmp_path, n_trials, seconds=0.1))[0] == 0
    assert results(tmp_path).items() >= ended.items()
    assert_enough(tmp_path, n_trials)
    assert workers_of(tmp_path) == []


@pytest.mark.slow
def test_what_a_killed_worker_was_training_is_trained_again_with_the_same_values(tmp_path, hold):
    gate, sweep = hold(), start(tmp_path, n_workers=1)
    wait_until(lambda: any(t.seed is not None for t in trials_of(tmp_path)))
    (before,) = [t for t in trials_of(tmp_path) if t.state == "running"]
    (worker,) = children_of(sweep)
    worker.kill()
    wait_until(lambda: any(t.number > before.number and t.seed for t in trials_of(tmp_path)))
    gate.unlink()
    assert finish(sweep)[0] == 0
    killed, again = trials_of(tmp_path)[:2]
    assert killed.state == "killed"
    assert (
        (again.params, again.seed) == (killed.params, killed.seed) == (before.params, before.seed)
    )
    assert again.state in ENDED
    assert_enough(tmp_path, 6, n_workers=1)


def results(folder):
    """Return the results of the trials that have ended, by number."""
    return {t.number: (t.state, t.value) for t in trials_of(folder) if t.state in ENDED}


def children_of(sweep):
    """Find the living workers of a sweep."""
    known = [p for p in psutil.process_iter(["ppid", "status"]) if p.info["ppid"] == sweep.pid]
    return [child for child in known if child.info["status"] != psutil.STATUS_ZOMBIE]


def kill(victims, sweep):
    """Kill a worker, the sweep, or all of them."""
    workers = children_of(sweep)
    for worker in {"worker": workers[:1], "parent": [], "all": workers}[victims]:
        worker.kill()
    if victims != "worker":
        sweep.kill()
        sweep.wait()
