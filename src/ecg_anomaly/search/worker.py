"""A worker of a sweep: trains one trial of the study after another until there are enough."""

import math
import socket
import sys
import time

import optuna
from optuna.exceptions import TrialPruned, UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.study import MaxTrialsCallback
from optuna.trial import FrozenTrial, Trial, TrialState

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.repeated_trials import (
    DuplicateFailedError,
    Train,
    find_duplicate,
    take_result,
)
from ecg_anomaly.search.samplers import make_pruner, make_sampler
from ecg_anomaly.search.space import SearchParameter
from ecg_anomaly.search.storage import close_storage
from ecg_anomaly.search.study import load_study, read_trials
from ecg_anomaly.search.trials import (
    EPOCH,
    OBJECTIVE,
    REASON,
    SEED,
    WORKER,
    Params,
    configure_trial,
    count_ended,
    worker_number,
)
from ecg_anomaly.search.worker_processes import end_with_sweep, started_by_sweep


class Worker:
    """Trains trials of a study.

    Parameters
    ----------
    storage : BaseStorage
        Of the study, which exists.
    config : SearchRunConfig
        Everything; ``search.worker`` is the number of this worker, which no other has.
    parameters : tuple of SearchParameter
        The space.
    train : callable
        Trains one network.
    """

    def __init__(
        self,
        storage: BaseStorage,
        config: SearchRunConfig,
        parameters: tuple[SearchParameter, ...],
        train: Train,
    ) -> None:
        self._storage, self._config, self._parameters = storage, config, parameters
        self._train, self._number = train, config.search.worker or 0

    def run(self) -> None:
        """Work as a process of its own, which ends with the sweep that started it.

        Raises
        ------
        UserError
            When no sweep has started it and the study is a journal: only the sweep knows which
            workers of a journal are dead.
        """
        if self._config.search.storage is None and not started_by_sweep():
            rule = "a study without search.storage has the workers that its sweep starts"
            raise UserError("search.worker", rule, "use search.n_workers, or search.storage")
        end_with_sweep()
        say(f"worker {self._number} begins")
        done = self.work()
        say(f"worker {self._number}: {done} trials")
        close_storage(self._storage)

    def work(self) -> int:
        """Train trials until ``search.n_trials`` of the study have ended.

        In the end there may be more, by one less than there are workers: the trials that the others
        are training at that moment.

        Returns
        -------
        int
            How many this worker has trained.
        """
        n_trials, done = self._config.search.n_trials, 0

        def count(_: optuna.Study, __: FrozenTrial) -> None:
            nonlocal done
            done += 1

        enough = MaxTrialsCallback(n_trials, states=(TrialState.COMPLETE, TrialState.PRUNED))
        while count_ended(read_trials(study := self._load())) < n_trials:
            try:
                study.optimize(self._do, callbacks=[count, enough])
            except (ValueError, UpdateFinishedTrialError):  # of the storage: `_do` catches others
                say("a trial was taken for dead: no heartbeat reached the database in time")
        return done

    def _load(self) -> optuna.Study:
        study = load_study(self._storage, self._config.search)
        before = sum(worker_number(t.worker) == self._number for t in read_trials(study))
        study.sampler = make_sampler(self._config.search, self._number, before)
        study.pruner = make_pruner(self._config.search, self._config.training.epochs)
        return study

    def _do(self, trial: Trial) -> float:
        """Train a trial; one that cannot be trained is pruned, with the reason."""
        trial.set_user_attr(WORKER, f"{self._number} on {socket.gethostname()}")
        try:
            params = {p.name: p.suggest(trial) for p in self._parameters}
            known = find_duplicate(params, read_trials(trial.study))
            if known is not None:
                return take_result(trial, known)
            return self._train_new(trial, params)
        except (TrialPruned, UpdateFinishedTrialError):
            raise
        except Exception as error:  # whatever it is, the other trials continue
            reason = describe_error(error)
            trial.set_user_attr(REASON, reason)
            say(f"trial {trial.number} failed: {reason}")
            raise TrialPruned from error

    def _train_new(self, trial: Trial, params: Params) -> float:
        # A trial that is tried again after a kill has inherited its seed.
        seed = trial.user_attrs.get(SEED, (self._config.search.seed + trial.number) % 2**32)
        trial.set_user_attr(SEED, seed)
        configured = configure_trial(self._config, params, seed)

        def report(metrics: Epoch) -> None:
            step = int(metrics["epoch"])
            rest = {k: v for k, v in metrics.items() if k not in ("epoch", OBJECTIVE)}
            trial.set_user_attr(f"{EPOCH}{step}", rest)
            if math.isnan(metrics[OBJECTIVE]):
                raise UserError("scores", f"not finite in epoch {step}", "lower the learning rate")
            trial.report(metrics[OBJECTIVE], step)
            if step < configured.training.epochs and trial.should_prune():
                raise TrialPruned

        return self._train(configured, report)


def describe_error(error: Exception) -> str:
    """Say in one line why a trial failed."""
    if isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__:
        return "out of memory"
    reason = " ".join(str(error).split())[:300]
    known = isinstance(error, UserError | DuplicateFailedError)
    return reason if known else f"{type(error).__name__}: {reason}"


def say(what: str) -> None:
    """Write a line with the time to the worker's log, its standard error."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
