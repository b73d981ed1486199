"""Score the chunks of a recording by several processes that hand on the context of its beats.

Of n processes, process k takes the chunks k, k + n, k + 2n ... from samples to decisions. It
receives the `ContextBuilder`, which knows the beats of the earlier chunks, from the process of the
chunk before and sends it to that of the next chunk. The signals lie in shared memory.

A `multiprocessing.Pool` cannot do this: its tasks are sent as pickled copies, to whichever process
is free, while here each chunk needs the context of the one before it. Threads could share that
context, but would wait for each other at Python's global lock.
"""

import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import Chunk, SharedSignals
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.parent_process import end_with_parent
from ecg_anomaly.files.stop_signals import SIGNALS


class NoProcessError(Exception):
    """The system starts no more processes, for want of memory or because of a limit."""


def can_fork() -> bool:
    """Say whether this process may be forked: on Linux, and as long as it has one thread.

    A lock that another thread holds would stay locked for ever in the new process.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def score_by_processes(
    scorer: ChunkScorer,
    start: ContextBuilder,
    chunks: Iterable[Chunk],
    signals: SharedSignals,
    n: int,
) -> Iterator[BeatDecisions]:
    """Score chunks by n processes.

    Parameters
    ----------
    scorer : ChunkScorer
        Cuts beats and decides on them.
    start : ContextBuilder
        The running context before the first chunk.
    chunks : iterable of Chunk
        In order, with their signals in `signals`. The next one is made while the processes work.
    signals : SharedSignals
        With more than n slots.
    n : int
        Number of processes, more than one.

    Yields
    ------
    BeatDecisions
        The same as without processes, in the order of the chunks.

    Raises
    ------
    NoProcessError
        When the processes cannot be started; no chunk has been taken then.
    UserError
        When a process is killed, or the detector gives a score that is no number.
    RuntimeError
        When a process fails, with its traceback.
    """
    with _start_processes(scorer, start, signals, n) as (pipes, sentinels):
        sent = done = 0
        for chunk in chunks:
            pipes[sent % n].send(signals.take_out(chunk))
            sent += 1
            if sent - done == signals.n_slots:  # the next chunk is read into the oldest one's slot
                yield from _receive(pipes[done % n], sentinels, scorer.name)
                done += 1
        for number in range(done, sent):
            yield from _receive(pipes[number % n], sentinels, scorer.name)


def _receive(pipe: Connection, sentinels: list[int], name: str) -> Iterator[BeatDecisions]:
    """Wait for the decisions on a chunk; there are none when no beat of it was ready."""
    if pipe not in wait([pipe, *sentinels]):
        way_out = "see that enough memory is free and score it again"
        raise UserError(name, "a process that scores it was killed", way_out)
    found = pipe.recv()
    if isinstance(found, UserError):
        raise found
    if isinstance(found, str):
        raise RuntimeError(f"a process that scores chunks failed\n{found}")
    if found is not None:
        yield found


@contextmanager
def _start_processes(
    scorer: ChunkScorer, start: ContextBuilder, signals: SharedSignals, n: int
) -> Iterator[tuple[list[Connection], list[int]]]:
    """Yield a pipe to each process, and sentinels that become ready when a process ends."""
    processes: list[BaseProcess] = []
    try:
        try:
            pipes = _start_all(scorer, start, signals, n, processes)
        except OSError as error:
            raise NoProcessError(str(error)) from error
        yield pipes, [process.sentinel for process in processes]
    finally:
        for process in processes:
            process.kill()  # it holds nothing that has to be put in order
            process.join()


def _start_all(
    scorer: ChunkScorer,
    start: ContextBuilder,
    signals: SharedSignals,
    n: int,
    processes: list[BaseProcess],
) -> list[Connection]:
    """Append each process that is started to `processes`, and return the pipes to them."""
    fork = multiprocessing.get_context("fork")
    pipes = [fork.Pipe() for _ in range(n)]
    contexts = [fork.Pipe(duplex=False) for _ in range(n)]
    for k, (_, pipe) in enumerate(pipes):
        runner = _Runner(scorer, start, signals, pipe, contexts[k][0], contexts[(k + 1) % n][1])
        process = fork.Process(target=runner.run, args=(k, n), daemon=True)
        process.start()
        processes.append(process)
    return [ours for ours, _ in pipes]


class _Runner:
    """The work of one process, with pipes to the one that reads and to its two neighbours."""

    def __init__(
        self,
        scorer: ChunkScorer,
        start: ContextBuilder,
        signals: SharedSignals,
        pipe: Connection,
        inbox: Connection,
        outbox: Connection,
    ) -> None:
        self._scorer, self._start, self._signals = scorer, start, signals
        self._pipe, self._inbox, self._outbox = pipe, inbox, outbox
        self._passing_on, self._parent = threading.Thread(), os.getpid()

    def run(self, place: int, n: int) -> None:
        """Score every n-th chunk, until this process is killed."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that reads
        end_with_parent(self._parent)
        try:
            for number in count(place, n):
                self._pipe.send(self._score(number))
        except Exception as error:
            found = error if isinstance(error, UserError) else traceback.format_exc()
            self._pipe.send(found)
            signal.pause()  # a process that ends by itself would be taken for a killed one

    def _score(self, number: int) -> BeatDecisions | None:
        chunk = self._signals.put_in(number, *self._pipe.recv())
        found, last = self._scorer.cut(chunk)
        running = self._inbox.recv() if number else self._start
        ready = running.extend(found, last)
        if not last:
            self._pass_on(running)
        return None if ready is None else self._scorer.decide(ready)

    def _pass_on(self, running: ContextBuilder) -> None:
        """Send the context on without waiting until the next process receives it."""
        if self._passing_on.ident:
            self._passing_on.join()
        self._passing_on = threading.Thread(target=self._outbox.send, args=(running,), daemon=True)
        self._passing_on.start()
