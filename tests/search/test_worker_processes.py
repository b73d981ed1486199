"""Worker processes: who has ended is named at every look, by a name that tells who is gone."""

import os
import subprocess
import sys
import time

from ecg_anomaly.search.names import is_gone, worker_name
from ecg_anomaly.search.worker_processes import WorkerProcesses


def await_dead(workers, n):
    """Wait until so many workers have ended; return their names."""
    deadline = time.monotonic() + 60
    while len(workers.find_dead()) < n:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return workers.find_dead()


def test_a_worker_of_this_machine_without_a_process_is_gone():
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    assert is_gone(worker_name(ended.pid))
    assert not is_gone(worker_name(os.getpid()))
    assert not is_gone(f"another-machine/{ended.pid}")
    assert not is_gone("")


def test_the_dead_are_named_at_every_look_and_those_that_were_stopped_too(tmp_path):
    commands = iter([["true"], ["true"], ["sleep", "60"]])
    workers = WorkerProcesses(1, lambda _: next(commands), tmp_path)
    for n_dead in (1, 2):
        workers.start_missing()
        assert len(await_dead(workers, n_dead)) == n_dead
    workers.start_missing()
    before = workers.find_dead()
    assert len(before) == 2
    workers.stop()
    assert workers.find_dead() > before


def test_a_name_that_a_living_process_has_again_is_not_of_the_dead(tmp_path, monkeypatch):
    workers = WorkerProcesses(1, lambda _: ["true"], tmp_path)
    workers.start_missing()
    (name,) = await_dead(workers, 1)
    monkeypatch.setattr("ecg_anomaly.search.worker_processes.is_gone", lambda other: other != name)
    assert workers.find_dead() == set()
