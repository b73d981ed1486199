"""Who is at work on a study of this machine, as the kernel knows it."""

import fcntl
import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from ecg_anomaly.files.errors import UserError

#: Seconds that workers of a sweep that was killed get to be gone.
PATIENCE_S = 10.0


class StudyLocks:
    """What tells on one machine whether a sweep and its workers are alive.

    The kernel holds the locks for as long as the processes live: no file says that somebody is
    there who was killed.

    Parameters
    ----------
    folder : Path
        Of the study.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._open = folder, ExitStack()

    def take_sweep(self) -> None:
        """Be the only sweep of a study.

        Raises
        ------
        UserError
            When another one is alive.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._lock("sweep.lock", fcntl.LOCK_EX | fcntl.LOCK_NB):
            rule = "another sweep is working on this study"
            raise UserError(self._folder, rule, "wait for it, or choose another search.study")

    def await_former_workers(self) -> None:
        """Wait for workers of a sweep that was killed: they end by themselves, soon after it.

        Raises
        ------
        UserError
            When they do not.
        """
        deadline = time.monotonic() + PATIENCE_S
        with (self._folder / "workers.lock").open("ab") as stream:
            while not _try_lock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB):
                if time.monotonic() > deadline:
                    rule = "workers that another command started are working on this study"
                    raise UserError(self._folder, rule, "end them first")
                time.sleep(0.1)

    def join_workers(self) -> None:
        """Be one of the workers of a study."""
        self._lock("workers.lock", fcntl.LOCK_SH)

    def close(self) -> None:
        """Let go of everything."""
        self._open.close()

    def _lock(self, name: str, how: int) -> bool:
        return _try_lock(self._open.enter_context((self._folder / name).open("ab")), how)


def _try_lock(stream: IO[bytes], how: int) -> bool:
    try:
        fcntl.flock(stream, how)
    except BlockingIOError:
        return False
    return True
