"""What storage and tracking take beside a trial, in processor time."""

import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.trials import OBJECTIVE
from ecg_anomaly.tracking.sweep_runs import follow_sweep
from lab.timing.timed_studies import SMALL, configure_study, number_worker, run_sweep, work_on

#: A trial of 10 epochs of half a second, with as many metrics as a training reports.
EPOCHS, EPOCH_S = 10, 0.5


class Spending:
    """An objective that burns time and writes how much of it it did not burn: overhead.

    Parameters
    ----------
    folder : Path
        Gets ``spent-PROCESS.json``, written anew before each trial.
    epoch_s : float
        Processor time of an epoch in s.
    """

    def __init__(self, folder: Path, epoch_s: float = EPOCH_S) -> None:
        self._burnt, self._trials, self._epoch_s = 0.0, 0, epoch_s
        self._path, self._start = folder / f"spent-{os.getpid()}.json", time.process_time()

    def __call__(self, config: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        """Do one trial."""
        rest = time.process_time() - self._start - self._burnt
        self._path.write_text(json.dumps({"rest": rest, "trials": self._trials}))
        self._trials += 1
        for epoch in range(1, EPOCHS + 1):
            self._burnt += _burn(self._epoch_s)
            metrics = dict.fromkeys(("loss", "validation_loss", "learning_rate"), 1 / epoch)
            report({"epoch": float(epoch), **metrics, OBJECTIVE: config.training.noise})
        return config.training.noise


def measure_overhead(command: list[str]) -> None:
    """Print the processor time of workers and parent beside the trials themselves.

    Parameters
    ----------
    command : list of str
        Command line of `overhead_worker`, without its arguments.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        config = _configure(folder)
        with follow_sweep(config, "warm-up"):
            pass  # MLflow is imported and its database made, once for every sweep
        start = time.process_time()
        run_sweep(config, [*command, temporary])
        parent = time.process_time() - start
        spent = [json.loads(p.read_text()) for p in folder.glob("spent-*.json")]
    worker = sum(s["rest"] for s in spent) / sum(s["trials"] for s in spent)
    trial, trials = EPOCHS * EPOCH_S, config.search.n_trials
    print(f"{trials} trials of {trial:g} s in {config.search.n_workers} workers")
    print(f"workers: {1000 * worker:.0f} ms a trial, {worker / trial:.2%}")
    share = parent / trials / trial
    print(f"parent with MLflow: {1000 * parent / trials:.0f} ms a trial, {share:.2%}")


def overhead_worker(folder: str, number: str) -> None:
    """Work on the study of `measure_overhead`."""
    work_on(number_worker(_configure(Path(folder)), number), Spending(Path(folder)))


def _configure(folder: Path) -> SearchRunConfig:
    """Configure trials of which none is pruned."""
    training = replace(SMALL, epochs=EPOCHS)
    return configure_study(folder, training, n_trials=12, n_workers=2, pruner="none")


def _burn(seconds: float) -> float:
    """Keep one core busy for so many seconds of processor time."""
    start = time.process_time()
    while time.process_time() - start < seconds:
        sum(range(1000))
    return time.process_time() - start
