"""A worker: claims a slot, draws, trains, says how it ended, and takes the next."""

import math
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import optuna
from optuna.exceptions import TrialPruned, UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import Trial, TrialState

from ecg_anomaly.config.schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.errors import UserError
from ecg_anomaly.search.claim import claim_slot
from ecg_anomaly.search.draws import make_pruner, make_sampler
from ecg_anomaly.search.life import showing_life
from ecg_anomaly.search.objective import Epoch
from ecg_anomaly.search.space import Axis, Params, configure
from ecg_anomaly.search.study import (
    end_trial,
    fail_running,
    fail_silent,
    fill_slots,
    read_trials,
    same_trial,
)
from ecg_anomaly.search.trials import (
    EPOCH,
    OBJECTIVE,
    REASON,
    SEED,
    SLOT,
    TWIN,
    SweepTrial,
)  # fmt: skip

#: Trains one network and returns its value; reports each epoch.
Objective = Callable[[PipelineConfig, Callable[[Epoch], None]], float]

#: Seconds between two looks for work when others still have some.
IDLE_S = 1.0


class Worker:
    """Works on a study until nothing waits and nothing is under way.

    Parameters
    ----------
    storage : BaseStorage
        Of the study, which exists.
    config : SearchRunConfig
        Everything.
    axes : tuple of Axis
        The space.
    objective : callable
        Does a trial.
    name : str
        No other worker's; by default this machine's and this process's.
    """

    def __init__(
        self,
        storage: BaseStorage,
        config: SearchRunConfig,
        axes: tuple[Axis, ...],
        objective: Objective,
        name: str = "",
    ) -> None:
        self._storage, self._config, self._axes = storage, config, axes
        self._objective = objective
        self._name = name or worker_name(os.getpid())

    def work(self) -> int:
        """Do trials until the study is done; return how many."""
        done = 0
        while True:
            study = self._load(slot=0)
            claimed = claim_slot(study, self._storage, self._name, self._config.search.n_trials)
            if claimed is not None:
                trial_id, slot = claimed
                self._do(Trial(self._load(slot), trial_id), trial_id)
                done += 1
            elif not self._others_work(study):
                return done

    def _load(self, slot: int) -> optuna.Study:
        # Loaded for every trial: a study object would go on with the sampler of the first one.
        return optuna.load_study(
            study_name=self._config.search.study,
            storage=self._storage,
            sampler=make_sampler(self._config.search, slot),
            pruner=make_pruner(self._config.search, self._config.training.epochs),
        )

    def _others_work(self, study: optuna.Study) -> bool:
        """Wait a little; False when no trial is under way and none waits."""
        fail_silent(study)
        # What is under way in my name while I have no work was lost between two claims.
        fail_running(study, lambda t: t.worker == self._name)
        fill_slots(study, self._config, self._axes)
        mine = [t for t in read_trials(study) if t.slot < self._config.search.n_trials]
        if not any(t.state in ("running", "waiting") for t in mine):
            return False
        time.sleep(IDLE_S)
        return True

    def _do(self, trial: Trial, trial_id: int) -> None:
        try:
            with showing_life(self._storage, trial_id, self._config.search.heartbeat_s):
                self._try(trial)
        except UpdateFinishedTrialError:
            say(f"trial {trial.number} was taken for dead and is done by another worker")

    def _try(self, trial: Trial) -> None:
        params = {axis.name: axis.suggest(trial) for axis in self._axes}
        study, number = trial.study, trial.number
        twin = same_trial(params, read_trials(study))
        try:
            if twin is not None:
                _end_as(trial, twin)
                return
            value = self._train(trial, params)
        except TrialPruned:
            end_trial(study, number, TrialState.PRUNED)
        except UpdateFinishedTrialError:
            raise
        except Exception as error:  # whatever it is, the other trials go on
            _fail(trial, error)
        else:
            end_trial(study, number, TrialState.COMPLETE, value)

    def _train(self, trial: Trial, params: Params) -> float:
        seed = trial_seed(self._config, int(trial.user_attrs.get(SLOT, trial.number)))
        trial.set_user_attr(SEED, seed)
        config = configure_trial(self._config, params, seed)

        def report(figures: Epoch) -> None:
            step = int(figures["epoch"])
            rest = {k: v for k, v in figures.items() if k not in ("epoch", OBJECTIVE)}
            trial.set_user_attr(f"{EPOCH}{step}", rest)
            if math.isnan(figures[OBJECTIVE]):
                raise UserError("scores", f"not finite in epoch {step}", "lower the learning rate")
            trial.report(figures[OBJECTIVE], step)
            if step < config.training.epochs and trial.should_prune():
                raise TrialPruned

        return self._objective(config, report)


def worker_name(process: int) -> str:
    """Name a worker by machine and process."""
    return f"{socket.gethostname()}/{process}"


def trial_seed(config: SearchRunConfig, slot: int) -> int:
    """Return the seed that a trial trains with; what is tried again keeps it."""
    return (config.search.seed + slot) % 2**32


def configure_trial(config: SearchRunConfig, params: Params, seed: int) -> PipelineConfig:
    """Put values and seed of a trial in the place of the configured ones."""
    changed = configure(config, params)
    return replace(changed, training=replace(changed.training, seed=seed))


def say(what: str) -> None:
    """Say something in the worker's log."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _end_as(trial: Trial, twin: SweepTrial) -> None:
    """Take over the result of an equal trial."""
    trial.set_user_attr(TWIN, twin.slot)
    if twin.state == "finished":
        end_trial(trial.study, trial.number, TrialState.COMPLETE, twin.value)
    elif twin.state == "pruned":
        end_trial(trial.study, trial.number, TrialState.PRUNED)
    else:
        trial.set_user_attr(REASON, twin.reason)
        end_trial(trial.study, trial.number, TrialState.FAIL)


def _fail(trial: Trial, error: Exception) -> None:
    """End a trial that cannot be trained: it does not fit, diverges, or takes too much memory."""
    memory = isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__
    reason = "out of memory" if memory else " ".join(str(error).split())[:300]
    known = memory or isinstance(error, UserError)
    trial.set_user_attr(REASON, reason if known else f"{type(error).__name__}: {reason}")
    end_trial(trial.study, trial.number, TrialState.FAIL)
    say(f"trial {trial.number} failed: {reason}")
