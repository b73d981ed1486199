"""A sweep whose trials only sleep: the same study, workers and parent, without a network.

python toy_sweep.py sweep|worker FOLDER N_TRIALS N_WORKERS SECONDS [STORAGE]

While there is the file that TOY_HOLD names, a trial of the slot that stands in it, or of a later
one, does not go on: so tests wait for what they want to see, however long it takes.
"""

import math
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

from ecg_anomaly.config.hydra_stage import run_reporting_errors
from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.config.search_schema import (
    AxisConfig,
    SearchConfig,
    SearchRunConfig,
)
from ecg_anomaly.search.attempt import trial_seed
from ecg_anomaly.search.locks import StudyLocks
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import begin_study, join_study
from ecg_anomaly.search.sweep import Sweep, ending_in_order
from ecg_anomaly.search.trials import OBJECTIVE
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_processes import WorkerProcesses, end_with_sweep

SPACE = {
    "model": {"units": AxisConfig("int", 4, 64, log=True)},
    "training": {"learning_rate": AxisConfig("float", 1e-4, 1e-1, log=True)},
}
EPOCHS = 4


def toy_config(folder, n_trials=6, n_workers=2, storage=None, **search):
    """Configure a sweep over two names."""
    known = {"space": SPACE, "folder": str(folder), "study": "toy", "storage": storage, **search}
    settings = SearchConfig(n_trials=n_trials, n_workers=n_workers, **known)
    return SearchRunConfig(training=TrainingConfig(epochs=EPOCHS), search=settings)


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
    return config.training.seed >= trial_seed(toy_config(""), first)


def run_toy_worker(config, seconds):
    end_with_sweep()
    axes = read_space(config.search)
    locks = StudyLocks(study_folder(config.search))
    if config.search.storage is None:
        locks.join_workers()
    storage = open_storage(config.search)
    join_study(storage, config, axes, "data")
    Worker(storage, config, axes, toy_objective(seconds)).work()
    locks.close()


def run_toy_sweep(config, command):
    axes, folder = read_space(config.search), study_folder(config.search)
    locks = StudyLocks(folder)
    locks.take_sweep()
    study = begin_study(open_storage(config.search), config, axes, "data")
    workers = WorkerProcesses(config.search.n_workers, command, folder)
    with ending_in_order():
        sweep = Sweep(study, config, axes, workers, [])
        sweep.prepare(locks)
        sweep.run()


def main(role, folder, n_trials, n_workers, seconds, *storage):
    url = storage[0] if storage else None
    config = toy_config(folder, int(n_trials), int(n_workers), url, heartbeat_s=1)
    if role == "worker":
        run_toy_worker(config, float(seconds))
        return
    words = ["worker", folder, n_trials, n_workers, seconds, *storage]
    run_toy_sweep(config, lambda _: [sys.executable, __file__, *words])


if __name__ == "__main__":
    run_reporting_errors(lambda: main(*sys.argv[1:]))
