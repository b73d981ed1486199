"""How many epochs a pruned search needs for the best value of an unpruned one.

With random draws both searches try the same networks in the same order, and only pruning differs.
With TPE, what was pruned changes the draws, and two searches differ by their luck as well.
"""

import json
import os
import statistics
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.objective import train_trial
from ecg_anomaly.search.repeated_trials import Train
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage
from ecg_anomaly.search.study import begin_study, read_trials
from ecg_anomaly.search.trial_beats import read_trial_beats
from ecg_anomaly.search.trials import ENDED, SweepTrial, best_trial
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_processes import ONE_THREAD
from lab.timing.timed_studies import DATA, SMALL, configure_study

FEATURES = Path("data/features")

N_UNPRUNED, SEEDS = 20, range(1, 6)

#: Share of the unpruned search's epochs after which the pruned one is given up.
GIVEN_UP = 0.5


class BudgetSpentError(BaseException):
    """Ends a search after so many epochs."""


class KnownCurves:
    """An objective that trains nothing twice: equal values and seed give equal epochs.

    Both searches of a seed begin with the same draws. An epoch that was reported before counts as
    one that was run.

    Parameters
    ----------
    objective : callable
        Trains.
    """

    def __init__(self, objective: Train) -> None:
        self._objective = objective
        self._known: dict[str, tuple[list[Epoch], float]] = {}

    def __call__(self, config: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        """Do one trial."""
        key = json.dumps([asdict(config.model), asdict(config.training)], sort_keys=True)
        if key in self._known:
            epochs, value = self._known[key]
            for metrics in epochs:
                report(dict(metrics))
            return value
        seen: list[Epoch] = []

        def keep(metrics: Epoch) -> None:
            seen.append(dict(metrics))
            report(metrics)

        value = self._objective(config, keep)
        self._known[key] = (seen, value)
        return value


def measure_pruning(sampler: str = "random", *seeds: str) -> None:
    """Print, seed by seed, the epochs that a pruned search needs for the unpruned one's best."""
    os.environ.update(ONE_THREAD)
    beats = read_trial_beats(FEATURES, configure_study(Path(), SMALL).search.objective_beats)
    train: Train = lambda c, report: train_trial(beats, c, report)  # noqa: E731
    chosen = [int(seed) for seed in seeds] or list(SEEDS)
    shares = [compare_searches(KnownCurves(train), seed, sampler) for seed in chosen]
    print(f"median {statistics.median(shares):.0%}")


def compare_searches(objective: Train, seed: int, sampler: str) -> float:
    """Search without and with pruning; print what was found.

    Returns
    -------
    float
        Share of the unpruned search's epochs after which the pruned one had a finished trial as
        good as its best; infinite when it had none before `GIVEN_UP` of them.
    """
    drawn = {"seed": seed, "sampler": sampler}
    whole = search(objective, N_UNPRUNED, 10**9, pruner="none", **drawn)
    budget, best = sum(len(t.epochs) for t in whole), best_trial(whole)
    assert best is not None
    assert best.value is not None
    pruned = search(objective, 4 * N_UNPRUNED, round(GIVEN_UP * budget), **drawn)
    reached = epochs_until(best.value, pruned)
    found = best_trial(pruned)
    said = f"reached it after {reached}" if reached else "did not reach it"
    value = found.value if found is not None and found.value is not None else float("nan")
    print(
        f"seed {seed}: unpruned {best.value:.5f} in {budget} epochs; pruned {value:.5f} in "
        f"{sum(len(t.epochs) for t in pruned)} epochs of {len(pruned)} trials, {said}",
        flush=True,
    )
    return reached / budget if reached else float("inf")


def epochs_until(value: float, trials: list[SweepTrial]) -> int | None:
    """Count the epochs until a trial has finished with `value` or more; None when none has."""
    epochs = 0
    for trial in trials:
        epochs += len(trial.epochs)
        if trial.state == "finished" and trial.value is not None and trial.value >= value:
            return epochs
    return None


def search(objective: Train, n_trials: int, budget: int, **settings: Any) -> list[SweepTrial]:
    """Search in this process until the trials or the epochs are spent.

    Parameters
    ----------
    objective : callable
        Trains.
    n_trials, budget : int
        Most trials, and epochs after which no trial is begun.
    **settings
        Others of `SearchConfig`.
    """
    spent = 0

    def counted(config: PipelineConfig, report: Callable[[Epoch], None]) -> float:
        def count(metrics: Epoch) -> None:
            nonlocal spent
            spent += 1
            report(metrics)

        if spent >= budget:
            raise BudgetSpentError
        return objective(config, count)

    with tempfile.TemporaryDirectory() as temporary:
        size = {"n_trials": n_trials, "n_workers": 1}
        config = configure_study(Path(temporary), SMALL, **size, **settings)
        parameters, storage = read_space(config), open_storage(config.search)
        study = begin_study(storage, config, parameters, DATA)
        with suppress(BudgetSpentError):
            Worker(storage, config, parameters, counted).work()
        return [t for t in read_trials(study) if t.state in ENDED]
