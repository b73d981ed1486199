"""Worker processes: the dead are named once, the living are ended, the lock is inherited."""

import fcntl
import os
import signal
import sys
import time

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search import worker_processes
from ecg_anomaly.search.worker_processes import (
    MOST_ERRORS,
    SWEEP,
    WorkerProcesses,
    end_with_sweep,
    ending_in_order,
    lock_study,
    started_by_sweep,
)


@pytest.fixture
def lock(tmp_path):
    with (tmp_path / "lock").open("ab") as stream:
        yield stream.fileno()


def await_dead(workers):
    """Wait until workers have ended; return their numbers."""
    deadline = time.monotonic() + 60
    while not (dead := workers.find_dead()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return dead


def test_a_dead_worker_is_named_once_and_started_again(tmp_path, lock):
    workers = WorkerProcesses(2, lambda number: [["true"], ["sleep", "60"]][number], tmp_path, lock)
    for _ in range(2):
        workers.start_missing()
        assert await_dead(workers) == {0}
        assert workers.find_dead() == set()
        assert workers.any_alive()
    workers.stop()
    assert not workers.any_alive()
    assert workers.find_dead() == set()


def test_workers_that_fail_one_after_the_other_end_it_with_their_last_line(tmp_path, lock):
    command = ["sh", "-c", "echo no keras >&2; exit 3"]
    workers = WorkerProcesses(1, lambda _: command, tmp_path, lock)
    for _ in range(MOST_ERRORS - 1):
        workers.start_missing()
        await_dead(workers)
    workers.note_progress()
    for _ in range(MOST_ERRORS - 1):
        workers.start_missing()
        await_dead(workers)
    workers.start_missing()
    with pytest.raises(UserError, match="workers end with status 3: no keras"):
        await_dead(workers)


def test_a_worker_keeps_the_lock_of_its_sweep(tmp_path):
    path = tmp_path / "sweep.lock"
    with path.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        workers = WorkerProcesses(1, lambda _: ["sleep", "60"], tmp_path, stream.fileno())
        workers.start_missing()
    with path.open("ab") as stream:
        with pytest.raises(BlockingIOError):
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        workers.stop()
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_workers_have_one_thread_and_know_their_sweep(tmp_path, lock):
    code = "import os; print(os.environ['OMP_NUM_THREADS'], os.environ['ECG_ANOMALY_SWEEP'])"
    workers = WorkerProcesses(1, lambda _: [sys.executable, "-c", code], tmp_path, lock)
    workers.start_missing()
    await_dead(workers)
    assert (tmp_path / "worker-0.log").read_text() == f"1 {os.getpid()}\n"


def test_a_process_that_no_sweep_started_does_not_watch_for_one(monkeypatch):
    monkeypatch.delenv(SWEEP, raising=False)
    assert not started_by_sweep()
    end_with_sweep()
    monkeypatch.setenv(SWEEP, "12")
    assert started_by_sweep()


def test_of_two_sweeps_of_a_study_the_second_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(worker_processes, "ORPHANS_S", 0.0)
    with lock_study(tmp_path / "study"):
        with (
            pytest.raises(UserError, match="another sweep is working on this study"),
            lock_study(tmp_path / "study"),
        ):
            pass
        with lock_study(tmp_path / "other"):
            pass
    with lock_study(tmp_path / "study"):
        pass


def test_a_signal_to_end_ends_the_block_in_order():
    former = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as caught, ending_in_order():
        signal.raise_signal(signal.SIGTERM)
    assert caught.value.code == 143
    assert signal.getsignal(signal.SIGTERM) is former
