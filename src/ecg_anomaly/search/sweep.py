"""The sweep: keeps workers at work on a study until every slot has ended."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

import optuna

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.locks import StudyLocks
from ecg_anomaly.search.names import is_gone
from ecg_anomaly.search.repair import repair_study
from ecg_anomaly.search.space import Axis
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import ENDED, SweepTrial
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
        Begun or gone on with.
    config : SearchRunConfig
        Everything.
    axes : tuple of Axis
        The space.
    workers : WorkerProcesses
        None of them started yet.
    watchers : list of callable
        Each is shown the trials about twice a second.
    """

    def __init__(
        self,
        study: optuna.Study,
        config: SearchRunConfig,
        axes: tuple[Axis, ...],
        workers: WorkerProcesses,
        watchers: Sequence[Watcher],
    ) -> None:
        self._study, self._config, self._axes = study, config, axes
        self._workers, self._watchers = workers, watchers

    def prepare(self, locks: StudyLocks) -> None:
        """Mend what a killed sweep left, and put up the slots.

        Parameters
        ----------
        locks : StudyLocks
            Held by this sweep. In a journal nothing can be under way before it starts workers; in
            a database names tell, and signs of life.
        """
        lost: Callable[[str], bool] = is_gone
        if self._config.search.storage is None:
            locks.await_former_workers()
            lost = lambda _: True  # noqa: E731
        repair_study(self._study, self._config, self._axes, lost)

    def run(self) -> bool:
        """Work until every slot has ended; False when the time was up before.

        Raises
        ------
        UserError
            When workers cannot work, or no trial can be trained.
        """
        limit = self._config.search.timeout_s
        deadline = time.monotonic() + limit if limit is not None else float("inf")
        ended = -1
        try:
            while True:
                trials = self._look()
                now = sum(t.state in ENDED for t in trials)
                if now > ended:
                    self._workers.note_progress()
                    ended = now
                _check_use(trials)
                if now >= self._config.search.n_trials:
                    return True
                if time.monotonic() > deadline:
                    return False
                self._workers.start_missing()
                time.sleep(LOOK_S)
        finally:
            self._end_workers()

    def _look(self) -> list[SweepTrial]:
        # All the dead at every look: beside a dead winner's bid a living loser's may have stood.
        dead = self._workers.find_dead()
        repair_study(self._study, self._config, self._axes, dead.__contains__)
        trials = read_trials(self._study)
        for watch in self._watchers:
            watch(trials)
        return trials

    def _end_workers(self) -> None:
        """End the workers; what they were at waits again."""
        self._workers.stop()
        self._look()


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, with the status that the shell expects."""

    def end(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    former = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)


def _check_use(trials: Sequence[SweepTrial]) -> None:
    """Give up when nothing of what was tried could be trained."""
    ended = [t for t in trials if t.state in ENDED]
    if len(ended) >= FAILED_AT_FIRST and all(t.state == "failed" for t in ended):
        rule = f"all {len(ended)} trials failed, the last one: {ended[-1].reason}"
        raise UserError("search.space", rule, "change the space or the data")
