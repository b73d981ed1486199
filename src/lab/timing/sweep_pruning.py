"""One search without pruning and one with it, from the same draws: how many epochs each needs.

With random draws both try the same networks in the same order, and only pruning differs.
With TPE, what was pruned changes the draws, and two searches differ by their luck as well.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.objective import train_trial
from ecg_anomaly.search.repeated_trials import Train
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage
from ecg_anomaly.search.study import begin_study, read_trials
from ecg_anomaly.search.trial_beats import read_trial_beats
from ecg_anomaly.search.trials import ENDED, SweepTrial, best_trial, configure_trial
from ecg_anomaly.search.worker import Worker
from lab.timing.timed_studies import DATA, SMALL, configure_study

FEATURES = Path("data/features")

N_UNPRUNED = 20

#: Share of the unpruned search's epochs after which the pruned one is given up.
GIVEN_UP = 0.5

#: The best network is trained again so often, with seeds so far apart: how far luck takes a value.
N_AGAIN, SHIFT = 2, 1000


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
    path : Path
        Keeps whole trainings as JSON, so that a measurement that was cut off goes on from there.
    """

    def __init__(self, objective: Train, path: Path) -> None:
        self._objective, self._path = objective, path
        self._known: dict[str, tuple[list[Epoch], float]] = {}
        if path.is_file():
            self._known = read_json(path)

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
        write_json(self._path, self._known)
        return value


@dataclass(frozen=True)
class PrunedSearch:
    """A search without pruning and one with it, from the same draws.

    Attributes
    ----------
    seed : int
        Of the draws and the trainings.
    best, budget : float, int
        Best value of the unpruned search, and its epochs.
    again : list of float
        Values of its best network, trained again with other seeds.
    found : list of (int, float)
        Each trial that the pruned search finished: epochs until then of all trials, value.
    epochs, trials : int
        Of the pruned search.
    """

    seed: int
    best: float
    budget: int
    again: list[float]
    found: list[tuple[int, float]]
    epochs: int
    trials: int

    def share_until(self, value: float) -> float:
        """Return the share of the budget until a trial had `value`; infinite when none had."""
        reached = (epochs for epochs, found in self.found if found >= value)
        return next(reached, float("inf")) / self.budget


def pruning_worker(file: str, sampler: str, seed: str) -> None:
    """Do the searches of one seed, and print them as JSON; trainings are kept in a file."""
    beats = read_trial_beats(FEATURES, configure_study(Path(), SMALL).search.objective_beats)
    train: Train = lambda c, report: train_trial(beats, c, report)  # noqa: E731
    print(json.dumps(asdict(compare_searches(KnownCurves(train, Path(file)), int(seed), sampler))))


def compare_searches(objective: Train, seed: int, sampler: str) -> PrunedSearch:
    """Search without and with pruning, which is given up after `GIVEN_UP` of the epochs."""
    drawn = {"seed": seed, "sampler": sampler}
    whole = search(objective, N_UNPRUNED, 10**9, pruner="none", **drawn)
    budget, best = sum(len(t.epochs) for t in whole), best_trial(whole)
    assert best is not None
    assert best.value is not None
    pruned = search(objective, 4 * N_UNPRUNED, round(GIVEN_UP * budget), **drawn)
    spent = sum(len(t.epochs) for t in pruned)
    again = train_with_seeds(objective, best, [seed + SHIFT * k for k in range(1, N_AGAIN + 1)])
    found = list_finished(pruned)
    return PrunedSearch(seed, best.value, budget, again, found, spent, len(pruned))


def train_with_seeds(objective: Train, trial: SweepTrial, seeds: Sequence[int]) -> list[float]:
    """Train the network of a trial again with other seeds; return its values."""
    config = configure_study(Path(), SMALL)
    return [
        objective(configure_trial(config, trial.params, seed), lambda _: None) for seed in seeds
    ]


def list_finished(trials: Sequence[SweepTrial]) -> list[tuple[int, float]]:
    """Return each finished trial with the epochs of all trials until then, and its value."""
    epochs, found = 0, []
    for trial in trials:
        epochs += len(trial.epochs)
        if trial.state == "finished" and trial.value is not None:
            found.append((epochs, trial.value))
    return found


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
