"""The worker processes of a sweep: started, restarted when they die, ended with the sweep.

They hold the lock of the study together with the sweep.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.parent_process import end_with_parent

#: Environment variable by which a worker knows the sweep that started it.
SWEEP = "ECG_ANOMALY_SWEEP"

#: One thread for every numeric library: workers share the cores by being several.
ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
    ),
    "1",
)  # fmt: skip

#: Deaths in a row, of workers that ended no trial, after which starting more is no use.
MOST_ERRORS, MOST_DEATHS = 3, 30

#: Seconds that a worker gets to end when it is asked to, and that those of a killed sweep get.
PATIENCE_S, ORPHANS_S = 10.0, 5.0


class WorkerProcesses:
    """The workers of this machine.

    Parameters
    ----------
    n_workers : int
        How many.
    command : callable
        Gives the command line of worker number K.
    folder : Path
        Of the study; gets ``worker-K.log``.
    lock : int
        File descriptor of the study's lock, which the workers inherit.
    """

    def __init__(
        self, n_workers: int, command: Callable[[int], list[str]], folder: Path, lock: int
    ) -> None:
        self._command, self._folder, self._lock = command, folder, lock
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * n_workers
        self._errors = self._deaths = 0

    def start_missing(self) -> None:
        """Start every worker that is not there."""
        for number, process in enumerate(self._processes):
            if process is None:
                self._processes[number] = self._start(number)

    def find_dead(self) -> set[int]:
        """Return the numbers of the workers that have ended since the last call.

        Raises
        ------
        UserError
            When workers end one after the other without ending a trial.
        """
        dead = set()
        for number, process in enumerate(self._processes):
            if process is not None and process.poll() is not None:
                self._processes[number] = None
                self._count_death(number, process.returncode)
                dead.add(number)
        return dead

    def any_alive(self) -> bool:
        """Tell whether a worker had not ended when `find_dead` was called."""
        return any(process is not None for process in self._processes)

    def note_progress(self) -> None:
        """Take note that a trial has ended: earlier deaths do not count as a row any more."""
        self._errors = self._deaths = 0

    def stop(self) -> None:
        """End all workers."""
        alive = [p for p in self._processes if p is not None]
        for process in alive:
            process.terminate()
        deadline = time.monotonic() + PATIENCE_S
        for process in alive:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes = [None] * len(self._processes)

    def _start(self, number: int) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, **ONE_THREAD, SWEEP: str(os.getpid())}
        with (self._folder / f"worker-{number}.log").open("ab") as log:
            # A session of its own: Ctrl-C reaches the sweep, which ends its workers in order.
            return subprocess.Popen(
                self._command(number), env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, pass_fds=(self._lock,),
            )  # fmt: skip

    def _count_death(self, number: int, status: int) -> None:
        self._deaths += 1
        self._errors += status > 0
        if self._errors >= MOST_ERRORS or self._deaths >= MOST_DEATHS:
            path = self._folder / f"worker-{number}.log"
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
            raise UserError(path, f"workers end with status {status}: {last[:300]}", "see the log")


def started_by_sweep() -> bool:
    """Tell whether a sweep on this machine has started this process."""
    return os.environ.get(SWEEP, "").isdigit()


def end_with_sweep() -> None:
    """End this process soon after the sweep that started it has ended; do nothing without one."""
    if started_by_sweep():
        end_with_parent(int(os.environ[SWEEP]))


@contextmanager
def lock_study(folder: Path) -> Iterator[int]:
    """Be the only sweep of a study on this machine, together with the workers.

    The kernel holds the lock for every process that inherits it, so that nobody repairs a study
    while workers of a killed sweep are still writing to it.

    Parameters
    ----------
    folder : Path
        Of the study.

    Yields
    ------
    int
        The file descriptor, for the workers to inherit.

    Raises
    ------
    UserError
        When another sweep is alive, or workers of one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + ORPHANS_S
    with (folder / "sweep.lock").open("ab") as stream:
        while not _try_lock(stream):
            if time.monotonic() > deadline:
                rule = "another sweep is working on this study"
                raise UserError(folder, rule, "wait for it, or choose another search.study")
            time.sleep(0.1)
        yield stream.fileno()


def _try_lock(stream: IO[bytes]) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


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
