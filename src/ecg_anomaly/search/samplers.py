"""Samplers and pruners by the names of the configuration."""

import optuna
from optuna.pruners import BasePruner, HyperbandPruner, NopPruner
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import FrozenTrial

from ecg_anomaly.config.search_schema import SearchConfig
from ecg_anomaly.search.trials import read_trial

#: Trials with random values before TPE has something to go by.
START_UP = 8

#: Distance between the seeds of a worker that is started again.
STRIDE = 1000003


def make_sampler(config: SearchConfig, worker: int, before: int = 0) -> BaseSampler:
    """Make the sampler of one worker.

    Parameters
    ----------
    config : SearchConfig
        Kind and base seed.
    worker : int
        Number of the worker, added to the base seed: two workers with one seed would try the same
        values.
    before : int
        Trials of the study that a worker of this number has begun already: one that is started
        again must not try the same values once more.
    """
    seed = (config.seed + worker + STRIDE * before) % 2**32
    if config.sampler == "random":
        return RandomSampler(seed=seed)
    return TPESampler(seed=seed, multivariate=True, n_startup_trials=START_UP)


def make_pruner(config: SearchConfig, epochs: int) -> BasePruner:
    """Make the pruner.

    Parameters
    ----------
    config : SearchConfig
        Kind, first rung in epochs, reduction, margin.
    epochs : int
        Epochs of a whole training.
    """
    if config.pruner == "none":
        return NopPruner()
    if config.pruner == "hyperband":
        return HyperbandPruner(config.first_rung, max(epochs, config.first_rung), config.reduction)
    return Halving(config.first_rung, config.reduction, config.margin)


class Halving(BasePruner):
    """Asynchronous successive halving (Li et al. 2020, ASHA): the better part continues.

    Optuna's `SuccessiveHalvingPruner` marks the trials that pass a rung, and a trial that is tried
    again after a kill would count twice. This one compares the reported curves and leaves out those
    of killed trials; it also has a margin.

    Parameters
    ----------
    first_rung : int
        Epochs after which a trial is first compared.
    reduction : int
        One in so many continues, to so many times the epochs.
    margin : float
        A trial that is worse than the last one that continues by at most this continues too: early
        ranks are loose (rank correlation with the final value 0.6 after one epoch, 0.8 after
        three; `python -m lab.timing replays`).
    """

    def __init__(self, first_rung: int, reduction: int, margin: float = 0.0) -> None:
        self._first, self._reduction, self._margin = first_rung, reduction, margin

    def prune(self, study: optuna.Study, trial: FrozenTrial) -> bool:
        """Tell whether a trial ends here."""
        step = trial.last_step
        if step is None or not self._is_rung(step):
            return False
        mine = trial.intermediate_values[step]
        others = [
            t.intermediate_values[step]
            for t in study.get_trials(deepcopy=False)
            if t.number != trial.number
            and step in t.intermediate_values
            and read_trial(t).state != "killed"
        ]
        going_on = max(1, (len(others) + 1) // self._reduction)
        return sum(value > mine + self._margin for value in others) >= going_on

    def _is_rung(self, step: int) -> bool:
        rung = self._first
        while rung < step:
            rung *= self._reduction
        return rung == step
