"""What is left of a sweep after workers, the sweep, or all of them were killed."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from ecg_anomaly.search.storage import find_storage
from ecg_anomaly.search.study import load_study, read_trials
from ecg_anomaly.search.trials import SweepTrial, count_ended, count_states
from lab.timing.timed_studies import ROOT, SMALL, configure_study

N_KILLS, N_TRIALS, N_WORKERS = 20, 24, 2

#: Seconds between two kills, at least and at most.
BETWEEN_S = (2.0, 25.0)


def measure_kills() -> None:
    """Kill at random moments until it is enough, let the sweep end, and count what is left."""
    with tempfile.TemporaryDirectory() as temporary:
        words = ["search=smoke", f"search.n_trials={N_TRIALS}", f"search.n_workers={N_WORKERS}"]
        words += [f"search.folder={temporary}", f"tracking.uri=sqlite:///{temporary}/mlflow.db"]
        command = [sys.executable, str(ROOT / "src/search_architecture.py"), *words]
        calls = _kill_and_call_again(command)
        status = subprocess.run(command, check=False).returncode
        trials = _read(temporary)
    count, done = count_states(trials), count_ended(trials)
    print(f"{N_KILLS} kills, {calls + 1} calls, last status {status}: {dict(count)}")
    exact = N_TRIALS <= done < N_TRIALS + N_WORKERS
    print(f"{done} ended trials of {N_TRIALS}: {'as' if exact else 'not as'} promised")
    print(f"left running: {count['running']}")


def _kill_and_call_again(command: list[str]) -> int:
    """Kill a sweep, some of its workers or all of them; return how often it was called."""
    rng, kills, calls = random.Random(1), 0, 1
    sweep = subprocess.Popen(command)
    while kills < N_KILLS:
        time.sleep(rng.uniform(*BETWEEN_S))
        if sweep.poll() is not None:
            sweep, calls = subprocess.Popen(command), calls + 1
            continue
        workers = workers_of(sweep.pid)
        victims = rng.choice(([sweep.pid], [sweep.pid, *workers], workers[:1], workers))
        kills += sum(map(kill, victims)) > 0
    sweep.wait()
    return calls


def workers_of(sweep: int) -> list[int]:
    """Name the workers of a sweep; one that ends while it is asked is none."""
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(sweep).children(recursive=True)
        return [child.pid for child in children if _works(child)]
    return []


def _works(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return any(word.startswith("search.worker=") for word in process.cmdline())
    return False


def kill(process: int) -> bool:
    """Kill a process; False when it has ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        return True
    return False


def _read(folder: str) -> list[SweepTrial]:
    settings = replace(configure_study(Path(folder), SMALL).search, study="smoke")
    return read_trials(load_study(find_storage(settings), settings))
