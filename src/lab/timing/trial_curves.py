"""Train random networks of the default space to the end, and keep their curves in a file.

What a pruner would have done is then counted without training anything: see `pruning_replay`.
"""

import json
import os
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from optuna.storages import InMemoryStorage

from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.search.objective import Epoch, train_trial
from ecg_anomaly.search.samplers import make_sampler
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.study import begin_study
from ecg_anomaly.search.trial_beats import read_trial_beats
from ecg_anomaly.search.trials import OBJECTIVE, configure_trial
from lab.timing.timed_studies import DATA, SMALL, configure_study

FEATURES = Path("data/features")


def collect_curves(path: Path, most_s: float, seed: int = 1) -> int:
    """Train networks until the time is spent; a file that is there is continued.

    Parameters
    ----------
    path : Path
        Gets a list with a curve for each network: the objective after each epoch.
    most_s : float
        Seconds of processor time, all calls together.
    seed : int
        Of the random draws.

    Returns
    -------
    int
        Curves in the file.
    """
    known = read_json(path) if path.is_file() else {"cpu_s": 0.0, "curves": []}
    config = configure_study(path.parent, SMALL, sampler="random", seed=seed)
    parameters = read_space(config)
    beats = read_trial_beats(FEATURES, config.search.objective_beats)
    study = begin_study(InMemoryStorage(), config, parameters, DATA)
    study.sampler = make_sampler(config.search, 0)
    while known["cpu_s"] < most_s:
        before, number = time.process_time(), len(known["curves"])
        trial = study.ask()
        params = {p.name: p.suggest(trial) for p in parameters}
        if trial.number < number:
            continue  # drawn again, so that the next draws are new
        curve: list[float] = []

        def keep(metrics: Epoch, curve: list[float] = curve) -> None:
            curve.append(metrics[OBJECTIVE])

        train_trial(beats, configure_trial(config, params, config.search.seed + number), keep)
        known["curves"].append(curve)
        known["cpu_s"] += time.process_time() - before
        write_json(path, known)
    return len(known["curves"])


def read_curves(path: Path) -> NDArray[np.float64]:
    """Read the curves of whole trainings, (n, epochs); those that stopped early are left out."""
    curves = json.loads(path.read_text(encoding="utf-8"))["curves"]
    longest = max(map(len, curves))
    return np.array([curve for curve in curves if len(curve) == longest])


def one_thread() -> None:
    """Let libraries that are imported from now on use one thread each."""
    from ecg_anomaly.search.worker_processes import ONE_THREAD

    os.environ.update(ONE_THREAD)
