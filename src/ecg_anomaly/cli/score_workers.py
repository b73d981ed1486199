"""Score several recordings at a time, each in a worker process.

A worker that is killed, as by the system when memory is short, costs the recording that it scored;
another one takes its place. With ``concurrent.futures`` it would cost all that are left. Workers
talk to this process through pipes, which need no shared memory, and end with it.
"""

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from ecg_anomaly.cli.score_file import Outcome, ScoreJob, attempt
from ecg_anomaly.detector.chunk_processes import can_fork
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.files.parent_process import end_with_parent
from ecg_anomaly.files.process_memory import keep_freed_memory
from ecg_anomaly.files.stop_signals import handled_stop_signals, tidied_on_stop

#: Seconds that a worker has to remove its temporary files before it is killed.
TIDYING_S = 1.0


def score_in_workers(
    records: Sequence[str], job: ScoreJob, detector: Detector, n: int
) -> Iterator[Outcome]:
    """Score recordings by n processes.

    Parameters
    ----------
    records : sequence of str
        Paths of the recordings.
    job : ScoreJob
        What is the same for all.
    detector : Detector
        As `job` loads it. Forked processes use it as it is, others load their own.
    n : int
        Number of processes. Where the system gives fewer, those work; without any, this one does.

    Yields
    ------
    Outcome
        In the order of `records`, each as soon as those before it are there.
    """
    waiting, done = deque(enumerate(records)), dict[int, Outcome]()
    workers: list[_Worker] = []
    with tidied_on_stop(lambda: _end(workers)):
        try:
            for number in range(len(records)):
                while number not in done:
                    _keep_busy(workers, waiting, job, detector, n)
                    if workers:
                        done.update(_collect(workers))
                    else:
                        place, record = waiting.popleft()
                        done[place] = attempt(record, job, detector)
                yield done.pop(number)
        finally:
            _end(workers)


class _Worker:
    """A process that scores one recording after the other, and the pipe to it."""

    def __init__(self, job: ScoreJob, detector: Detector) -> None:
        fork = can_fork()
        start = multiprocessing.get_context("fork" if fork else "spawn")
        self.pipe, theirs = multiprocessing.Pipe()
        work = (theirs, os.getpid(), job, detector if fork else None)
        self.process: BaseProcess = start.Process(target=_work, args=work, daemon=True)  # type: ignore[attr-defined]
        self.task: tuple[int, str] | None = None
        with theirs:
            self.process.start()

    def give(self, task: tuple[int, str]) -> None:
        """Send a recording; that the worker has ended is found when the outcome is received."""
        self.task = task
        with suppress(OSError):
            self.pipe.send(task[1])

    def receive(self) -> Outcome:
        """Return the outcome of the recording, an error if the worker ended before it was done."""
        assert self.task is not None
        _, record = self.task
        self.task = None
        try:
            outcome: Outcome = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            way_out = "see that enough memory is free and score it again"
            return Outcome(record, error=(record, "the process that scored it was killed", way_out))
        return outcome


def _keep_busy(
    workers: list[_Worker],
    waiting: deque[tuple[int, str]],
    job: ScoreJob,
    detector: Detector,
    n: int,
) -> None:
    """Give a recording to every worker that has none, and start workers until there are n."""
    for worker in [worker for worker in workers if worker.task is None]:
        if not worker.process.is_alive():
            workers.remove(worker)
        elif waiting:
            worker.give(waiting.popleft())
    while waiting and len(workers) < n:
        try:
            workers.append(_Worker(job, detector))
        except OSError:  # no memory, or no process allowed: those that run go on
            return
        workers[-1].give(waiting.popleft())


def _collect(workers: list[_Worker]) -> Iterator[tuple[int, Outcome]]:
    """Wait until a worker is done or has ended; drop those that have ended."""
    busy = [worker for worker in workers if worker.task is not None]
    ready = wait([worker.pipe for worker in busy])
    for worker in busy:
        if worker.pipe in ready and worker.task is not None:
            place, _ = worker.task
            yield place, worker.receive()
            if worker.process.exitcode is not None:
                worker.pipe.close()
                workers.remove(worker)


def _end(workers: list[_Worker]) -> None:
    for worker in workers:
        worker.process.terminate()
    for worker in workers:
        worker.process.join(TIDYING_S)
        worker.process.kill()
        worker.process.join()


def _work(pipe: Connection, parent: int, job: ScoreJob, detector: Detector | None) -> None:
    """Score the recordings that are sent, until the process that sends them ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for that process
    with handled_stop_signals():
        end_with_parent(parent, signal.SIGTERM)
        keep_freed_memory()
        loaded = detector or job.choice.load()
        with suppress(EOFError):
            while True:
                pipe.send(attempt(pipe.recv(), job, loaded))
