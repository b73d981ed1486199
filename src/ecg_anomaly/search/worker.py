"""A worker: claims a slot, does its trial, and takes the next."""

import os
import time

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import Trial

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.attempt import Objective, do_trial
from ecg_anomaly.search.claim import claim_slot
from ecg_anomaly.search.life import showing_life
from ecg_anomaly.search.names import worker_name
from ecg_anomaly.search.repair import repair_study
from ecg_anomaly.search.samplers import make_pruner, make_sampler
from ecg_anomaly.search.space import Axis
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.worker_log import say

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
        # What can be nobody's but mine while I have no work was lost between two claims.
        repair_study(study, self._config, self._axes, lambda name: name == self._name)
        mine = [t for t in read_trials(study) if t.slot < self._config.search.n_trials]
        if not any(t.state in ("running", "waiting") for t in mine):
            return False
        time.sleep(IDLE_S)
        return True

    def _do(self, trial: Trial, trial_id: int) -> None:
        try:
            with showing_life(self._storage, trial_id, self._config.search.heartbeat_s):
                do_trial(trial, self._config, self._axes, self._objective)
        except UpdateFinishedTrialError:
            say(f"trial {trial.number} was taken for dead and is done by another worker")
