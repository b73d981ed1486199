"""The sweep: keeps workers training until there are enough trials, repairs what kills leave."""

import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.storages import BaseStorage
from optuna.trial import TrialState

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.study import read_trials, retry_running
from ecg_anomaly.search.trials import (
    ENDED,
    WORKER,
    SweepTrial,
    count_ended,
    count_states,
    worker_number,
)
from ecg_anomaly.search.worker_processes import WorkerProcesses

#: Seconds between two looks at the study and at the workers.
LOOK_S = 0.5

#: Trials that must have failed, and no other ended, before a sweep is given up.
FAILED_AT_FIRST = 6

Watcher = Callable[[Sequence[SweepTrial]], None]


class Sweep:
    """A study, its workers and those who watch.

    Parameters
    ----------
    study : optuna.Study
        From `begin_study`.
    storage : BaseStorage
        Its storage.
    config : SearchRunConfig
        Everything.
    workers : WorkerProcesses
        None of them started yet.
    watchers : list of callable
        Each is shown the trials about twice a second.
    """

    def __init__(
        self,
        study: optuna.Study,
        storage: BaseStorage,
        config: SearchRunConfig,
        workers: WorkerProcesses,
        watchers: Sequence[Watcher],
    ) -> None:
        self._study, self._storage, self._search = study, storage, config.search
        self._workers, self._watchers = workers, watchers
        self._given_heartbeat: set[int] = set()

    def run(self) -> bool:
        """Work until ``search.n_trials`` have ended; return False when the time was up before.

        A sweep of one machine must hold `lock_study`: whatever runs in its journal now was left by
        a killed one.

        Raises
        ------
        UserError
            When workers cannot work, or no trial can be trained.
        """
        limit = self._search.timeout_s
        deadline = time.monotonic() + limit if limit is not None else float("inf")
        ended = -1
        try:
            self._retry_all()
            while True:
                trials = self._look()
                if count_ended(trials) > ended:
                    self._workers.note_progress()
                    ended = count_ended(trials)
                _check_use(trials)
                if ended >= self._search.n_trials and not self._is_busy(trials):
                    return True
                if time.monotonic() > deadline:
                    return False
                if ended < self._search.n_trials:
                    self._workers.start_missing()
                time.sleep(LOOK_S)
        finally:
            self._workers.stop()
            self._retry_all()
            self._look()

    def _look(self) -> list[SweepTrial]:
        """Retry the trials of workers that died, show the trials to the watchers, return them."""
        dead = self._workers.find_dead()
        if self._search.storage is not None:
            self._fail_silent()
        elif dead:
            retries = self._search.retries
            retry_running(self._study, retries, lambda t: worker_number(t.worker) in dead)
        trials = read_trials(self._study)
        for watch in self._watchers:
            watch(trials)
        return trials

    def _is_busy(self, trials: Sequence[SweepTrial]) -> bool:
        """Tell whether a last trial is still being trained, here or on another machine."""
        elsewhere = self._search.storage is not None and count_states(trials)["running"] > 0
        return self._workers.any_alive() or elsewhere

    def _retry_all(self) -> None:
        """Retry every running trial of a journal, none of whose workers is alive now."""
        if self._search.storage is None:
            retry_running(self._study, self._search.retries)

    def _fail_silent(self) -> None:
        """Let Optuna retry the trials of a database whose heartbeat has stopped.

        Optuna passes over trials without any heartbeat: their worker was killed the moment after
        it had begun them. They get one here, so that they count as silent after the same time.
        """
        storage: Any = self._storage
        for frozen in self._study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
            if WORKER not in frozen.user_attrs and frozen.number not in self._given_heartbeat:
                storage.record_heartbeat(frozen._trial_id)
                self._given_heartbeat.add(frozen.number)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            optuna.storages.fail_stale_trials(self._study)


def _check_use(trials: Sequence[SweepTrial]) -> None:
    """Give up when none of the first trials could be trained."""
    ended = [t for t in trials if t.state in ENDED]
    if len(ended) >= FAILED_AT_FIRST and all(t.state == "failed" for t in ended):
        rule = f"all {len(ended)} trials failed, the last one: {ended[-1].reason}"
        raise UserError("search.space", rule, "change the space or the data")
