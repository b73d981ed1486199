"""A sweep whose trials only sleep: the same study, workers and parent, without a network.

python toy_sweep.py sweep FOLDER N_TRIALS N_WORKERS SECONDS
python toy_sweep.py worker FOLDER N_TRIALS N_WORKERS SECONDS [STORAGE] NUMBER

While the file that TOY_HOLD names exists, a trial whose seed is the number in it, or larger, does
not go on: so tests wait for what they want to see, however long it takes.
"""

import math
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from default_config import search_config, search_run_config, training_config
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.config.search_schema import (
    ParameterConfig,
)
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import begin_study, join_study, read_trials
from ecg_anomaly.search.sweep import Sweep
from ecg_anomaly.search.trials import OBJECTIVE
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_processes import WorkerProcesses, ending_in_order, lock_study

SPACE = {
    "model": {"units": ParameterConfig("int", 4, 64, log=True)},
    "training": {"learning_rate": ParameterConfig("float", 1e-4, 1e-1, log=True)},
}
EPOCHS = 4


def toy_config(folder, n_trials=6, n_workers=2, storage=None, **search):
    """Configure a sweep over two parameters."""
    known = {"space": SPACE, "folder": str(folder), "study": "toy", "storage": storage, **search}
    settings = search_config(n_trials=n_trials, n_workers=n_workers, **known)
    return search_run_config(training=training_config(epochs=EPOCHS), search=settings)


def toy_value(config):
    """Return what a toy trial reaches: best at 16 units and a rate of 0.01."""
    off = abs(math.log(config.model.units / 16)) + abs(
        math.log(config.training.learning_rate / 0.01)
    )
    return 1 / (1 + off)


def toy_objective(seconds=0.0):
    """Return a training that sleeps through its epochs."""

    def train(config, report):
        while held(config):
            time.sleep(0.02)
        for epoch in range(1, EPOCHS + 1):
            time.sleep(seconds)
            value = toy_value(config) * (1 - 0.5**epoch)
            report({"epoch": float(epoch), "loss": 1 - value, OBJECTIVE: value})
        return value

    return train


def held(config):
    """Tell whether a trial is to stand still."""
    try:
        first = int(Path(os.environ["TOY_HOLD"]).read_text())
    except (KeyError, FileNotFoundError):
        return False
    return config.training.seed >= first


def work(begun, objective, number=0):
    """Let a worker work in this process; return the trials of the study."""
    storage, config, parameters, study = begun
    config = replace(config, search=replace(config.search, worker=number))
    Worker(storage, config, parameters, objective).work()
    return read_trials(study)


def run_toy_worker(config, seconds):
    parameters, storage = read_space(config), open_storage(config.search)
    join_study(storage, config, parameters, "data")
    Worker(storage, config, parameters, toy_objective(seconds)).run()


def run_toy_sweep(config, command):
    parameters, folder = read_space(config), study_folder(config.search)
    with ending_in_order(), lock_study(folder) as lock:
        storage = open_storage(config.search)
        study = begin_study(storage, config, parameters, "data")
        workers = WorkerProcesses(config.search.n_workers, command, folder, lock)
        Sweep(study, storage, config, workers, []).run()


def main(role, folder, n_trials, n_workers, seconds, *rest):
    *storage, number = rest if role == "worker" else [*rest, None]
    config = toy_config(
        folder, int(n_trials), int(n_workers), storage[0] if storage else None, heartbeat_s=1,
        worker=None if number is None else int(number),
    )  # fmt: skip
    if role == "worker":
        run_toy_worker(config, float(seconds))
        return
    words = ["worker", folder, n_trials, n_workers, seconds, *storage]
    run_toy_sweep(config, lambda number: [sys.executable, __file__, *words, str(number)])


if __name__ == "__main__":
    run_reporting_errors(lambda: main(*sys.argv[1:]))
