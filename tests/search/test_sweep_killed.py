"""A sweep of processes: killed at random, it ends with the exact number of trials."""

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

from ecg_anomaly.search.names import is_gone, worker_name
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import ENDED

TOY = str(Path(__file__).with_name("toy_sweep.py"))


def start(folder, n_trials=6, n_workers=2, seconds=0.02):
    words = ["sweep", str(folder), str(n_trials), str(n_workers), str(seconds)]
    return subprocess.Popen(
        [sys.executable, TOY, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


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


def assert_exact(folder, n_trials):
    trials = trials_of(folder)
    assert sorted(t.slot for t in trials if t.state in ENDED) == list(range(n_trials))
    assert {t.state for t in trials} <= {*ENDED, "killed"}


@pytest.mark.slow
def test_two_workers_share_a_sweep_and_a_second_call_has_nothing_to_do(tmp_path):
    status, said = finish(start(tmp_path))
    assert status == 0, said
    assert_exact(tmp_path, 6)
    assert len({t.worker for t in trials_of(tmp_path)}) == 2
    before = (tmp_path / "toy/journal.log").read_bytes()
    assert finish(start(tmp_path))[0] == 0
    assert (tmp_path / "toy/journal.log").read_bytes() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_a_sweep_that_was_ended_takes_its_workers_along_and_goes_on(tmp_path, how, status):
    sweep = start(tmp_path, seconds=0.3)
    wait_until(lambda: sum(t.state == "running" for t in trials_of(tmp_path)) == 2)
    workers = workers_of(tmp_path)
    sweep.send_signal(how)
    ended, said = finish(sweep, 30)
    assert ended == status
    assert "Traceback" not in said
    psutil.wait_procs(workers, timeout=5)
    assert workers_of(tmp_path) == []
    if how != signal.SIGKILL:
        assert not any(t.state == "running" for t in trials_of(tmp_path))
    assert finish(start(tmp_path))[0] == 0
    assert_exact(tmp_path, 6)


@pytest.mark.slow
def test_a_second_sweep_of_a_study_that_is_worked_on_is_refused(tmp_path):
    sweep = start(tmp_path, seconds=0.2)
    wait_until(lambda: workers_of(tmp_path))
    status, said = finish(start(tmp_path))
    assert status == 1
    assert "another sweep is working on this study" in said
    assert len([line for line in said.splitlines() if line]) == 1
    assert finish(sweep)[0] == 0
    assert_exact(tmp_path, 6)


def test_a_worker_of_this_machine_without_a_process_is_gone():
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    assert is_gone(worker_name(ended.pid))
    assert not is_gone(worker_name(os.getpid()))
    assert not is_gone(f"another-machine/{ended.pid}")
    assert not is_gone("")


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
def test_random_kills_lose_no_trial_and_leave_none_stuck(tmp_path):
    rng, kills, n_trials = random.Random(3), 0, 20
    sweep = start(tmp_path, n_trials, seconds=0.4)
    while kills < 6:
        time.sleep(rng.uniform(0.5, 1.0))
        if sweep.poll() is not None:
            sweep.communicate()
            if sweep.returncode == 0:
                break
            sweep = start(tmp_path, n_trials, seconds=0.4)
            continue
        victims = rng.choice(["worker", "parent", "all"])
        targets = [] if victims == "parent" else [p.pid for p in workers_of(tmp_path)]
        targets = rng.sample(targets, min(1, len(targets))) if victims == "worker" else targets
        for pid in targets + ([sweep.pid] if victims != "worker" else []):
            os.kill(pid, signal.SIGKILL)
        kills += bool(targets) or victims != "worker"
    sweep.kill()
    sweep.communicate()
    assert finish(start(tmp_path, n_trials, seconds=0.4))[0] == 0
    assert kills >= 5
    assert_exact(tmp_path, n_trials)
    assert workers_of(tmp_path) == []
