"""In the main process: a worker, and what it says."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.stop_signals import started_deaf
from ecg_anomaly.live.workers.live_worker import WorkerJob, run_worker
from ecg_anomaly.live.workers.messages import (
    Counted,
    FromWorker,
    Kept,
    Over,
    Ready,
    Shown,
    ToWorker,
)

#: Takes what a worker, by its number, says: `Shown`, `Kept` or `Counted`.
Hear = Callable[[int, FromWorker], None]


class WorkerProcess:
    """A worker and the pipes to it.

    Parameters
    ----------
    job : WorkerJob
    number : int
    hear : callable
        Called in a thread of its own.

    Attributes
    ----------
    deliveries : Connection
        Takes lists of deliveries with the places of their sources.
    ready, over : threading.Event
        Set when the worker takes deliveries, and when it has ended.
    done : bool
        True when it has ended as it should: it had monitored all that there was.
    failed : list of UserError
        Why it, its sources or streams failed; complete when it is over.
    """

    def __init__(self, job: WorkerJob, number: int, hear: Hear) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would inherit locks of threads
        theirs, self.deliveries = spawn.Pipe(duplex=False)
        self._control, their_control = spawn.Pipe()
        self._number, self._hear, self._lock = number, hear, threading.Lock()
        self.ready, self.over = threading.Event(), threading.Event()
        self.done, self.failed = False, list[UserError]()
        self._closed, self._wanted = False, True
        words = job, number, theirs, their_control, os.getpid()
        self._process: BaseProcess = spawn.Process(target=run_worker, args=words, daemon=True)
        with theirs, their_control, started_deaf():
            self._process.start()
        threading.Thread(target=self._listen, daemon=True).start()

    def tell(self, message: ToWorker) -> None:
        """Send a message; one that has ended hears nothing. May be called from any thread."""
        with self._lock, suppress(OSError):
            self._control.send(message)

    def close(self) -> None:
        """Tell it that nothing more comes: it ends when it has monitored all."""
        self._closed = True
        self.deliveries.close()

    def join(self, within_s: float) -> None:
        """Wait until it has ended; kill it if it takes too long, or monitors nothing yet."""
        self._wanted = self.ready.is_set()
        if self._wanted:
            self.over.wait(within_s)
            self._process.join(within_s)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _listen(self) -> None:
        try:
            while not isinstance(said := self._control.recv(), Over):
                if isinstance(said, Ready):
                    self.ready.set()
                elif isinstance(said, (Shown, Kept, Counted)):
                    self._hear(self._number, said)
            self.done, self.failed = self._closed, said.failed
        except (EOFError, OSError):
            self._complain()
        finally:  # a defect of who hears it must not let the others wait for ever
            self.over.set()

    def _complain(self) -> None:
        if self._wanted:
            rule = "the process that monitored its share of the streams was killed"
            way_out = "start the command again: it goes on from the last snapshots"
            self.failed.append(UserError(f"worker {self._number}", rule, way_out))
