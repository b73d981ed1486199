"""Train random networks of the default space to the end, and keep their curves in a file.

What a pruner would have done is then counted without training anything: see `pruning_replay`.
"""

import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.objective import train_trial
from ecg_anomaly.search.samplers import make_sampler
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage
from ecg_anomaly.search.study import begin_study
from ecg_anomaly.search.trial_beats import read_trial_beats
from ecg_anomaly.search.trials import OBJECTIVE, configure_trial
from lab.timing.timed_studies import DATA, SMALL, configure_study, default_search

FEATURES = Path("data/features")


def collect_curves(path: Path, most_s: float, seed: int = 1, shift: int = 0) -> int:
    """Train networks until the time is spent; a file that is there is continued.

    Parameters
    ----------
    path : Path
        Gets a list with a curve for each network: the objective after each epoch.
    most_s : float
        Seconds of processor time, all calls together.
    seed : int
        Of the random draws.
    shift : int
        Added to the seeds of the trainings: the same networks, trained with other luck.

    Returns
    -------
    int
        Curves in the file.
    """
    known: dict[str, Any] = read_json(path) if path.is_file() else {"cpu_s": 0.0, "curves": []}
    beats = read_trial_beats(FEATURES, default_search()["objective_beats"])
    for number, network in enumerate(draw_networks(seed, shift)):
        if number < len(known["curves"]):
            continue  # drawn again, so that the next draws are new
        if known["cpu_s"] >= most_s:
            break
        before = time.process_time()
        curve: list[float] = []

        def keep(metrics: Epoch, curve: list[float] = curve) -> None:
            curve.append(metrics[OBJECTIVE])

        train_trial(beats, network, keep)
        known["curves"].append(curve)
        known["cpu_s"] += time.process_time() - before
        write_json(path, known)
    return len(known["curves"])


def draw_networks(seed: int, shift: int = 0) -> Iterator[PipelineConfig]:
    """Yield the configurations of random trials of the default space, without end."""
    with tempfile.TemporaryDirectory() as folder:
        config = configure_study(Path(folder), SMALL, sampler="random", seed=seed)
        parameters = read_space(config)
        study = begin_study(open_storage(config.search), config, parameters, DATA)
        study.sampler = make_sampler(config.search, 0)
        while True:
            trial = study.ask()
            params = {p.name: p.suggest(trial) for p in parameters}
            yield configure_trial(config, params, config.search.seed + trial.number + shift)


def read_curves(path: Path) -> NDArray[np.float64]:
    """Read curves, (n, epochs); one that stopped early is NaN after that."""
    curves = json.loads(path.read_text(encoding="utf-8"))["curves"]
    longest = max(map(len, curves))
    return np.array([[*curve, *[np.nan] * (longest - len(curve))] for curve in curves], float)


def one_thread() -> None:
    """Let libraries that are imported from now on use one thread each."""
    from ecg_anomaly.search.worker_processes import ONE_THREAD

    os.environ.update(ONE_THREAD)
