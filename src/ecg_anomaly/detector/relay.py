"""A recording scored by processes that take turns, so that Python's lock holds none of them up.

Each process takes every n-th chunk from its samples to its decisions. What a chunk has to know of
those before it, the `RunningContext`, goes from one process to the next like the baton of a relay.
"""

import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing.connection import Connection, wait

from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.detector.chunk_work import ChunkWork
from ecg_anomaly.detector.chunks import Chunk
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.running_context import RunningContext
from ecg_anomaly.detector.shared_signals import SharedSignals
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.parent_death import die_with_parent


def can_fork() -> bool:
    """Say whether this process may be forked: on Linux, and as long as it has one thread.

    A lock that another thread holds would stay locked for ever in the new process.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def relay_chunks(
    work: ChunkWork,
    features: FeaturesConfig,
    chunks: Iterable[Chunk],
    signals: SharedSignals,
    n: int,
) -> Iterator[BeatDecisions]:
    """Score chunks by n processes.

    Parameters
    ----------
    work : ChunkWork
        What is done with each.
    features : FeaturesConfig
        Look-back lengths.
    chunks : iterable of Chunk
        In order, with signals in the rooms of `signals`; made while the processes work.
    signals : SharedSignals
        A multiple of n rooms.
    n : int
        Processes, more than one.

    Yields
    ------
    BeatDecisions
        As from threads.

    Raises
    ------
    UserError
        When a process is killed.
    RuntimeError
        When one fails, with its traceback.
    """
    with _start(work, features, signals, n) as (lines, sentinels):
        sent = done = 0
        for chunk in chunks:
            lines[sent % n].send(signals.take_out(chunk))
            sent += 1
            if sent - done == signals.n_rooms:  # the next chunk is read into the oldest one's room
                yield from _collect(lines[done % n], sentinels, work.name)
                done += 1
        for number in range(done, sent):
            yield from _collect(lines[number % n], sentinels, work.name)


def _collect(line: Connection, sentinels: list[int], name: str) -> Iterator[BeatDecisions]:
    """Wait for what became of a chunk: decisions, or none when no beat became ready."""
    if line not in wait([line, *sentinels]):
        way_out = "see that enough memory is free and score it again"
        raise UserError(name, "a process that scores it was killed", way_out)
    found = line.recv()
    if isinstance(found, str):
        raise RuntimeError(f"a process that scores chunks failed\n{found}")
    if found is not None:
        yield found


@contextmanager
def _start(
    work: ChunkWork, features: FeaturesConfig, signals: SharedSignals, n: int
) -> Iterator[tuple[list[Connection], list[int]]]:
    """Yield the line to each process, and what becomes ready when one of them ends."""
    context = multiprocessing.get_context("fork")
    lines = [context.Pipe() for _ in range(n)]
    batons = [context.Pipe(duplex=False) for _ in range(n)]
    processes = []
    for k, (_, line) in enumerate(lines):
        runner = _Runner(work, features, signals, line, batons[k][0], batons[(k + 1) % n][1])
        processes.append(context.Process(target=runner.run, args=(k, n), daemon=True))
        processes[k].start()
    try:
        yield [ours for ours, _ in lines], [process.sentinel for process in processes]
    finally:
        for process in processes:
            process.kill()  # it holds nothing that has to be put in order
            process.join()


class _Runner:
    """What one of the processes has: lines to the one that reads, and to its neighbours."""

    def __init__(
        self,
        work: ChunkWork,
        features: FeaturesConfig,
        signals: SharedSignals,
        line: Connection,
        inbox: Connection,
        outbox: Connection,
    ) -> None:
        self._work, self._features, self._signals = work, features, signals
        self._line, self._inbox, self._outbox = line, inbox, outbox
        self._handing_on = threading.Thread()

    def run(self, place: int, n: int) -> None:
        """Score every n-th chunk, until this process is killed."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # that is for the one that reads
        die_with_parent()
        try:
            for number in count(place, n):
                self._line.send(self._score(number))
        except Exception:
            self._line.send(traceback.format_exc())
            signal.pause()  # whoever ends by itself is taken for one that was killed

    def _score(self, number: int) -> BeatDecisions | None:
        chunk = self._signals.put_in(number, *self._line.recv())
        found, last = self._work.cut(chunk)
        running = self._inbox.recv() if number else RunningContext(self._features)
        ready = running.extend(found, last)
        if not last:
            self._hand_on(running)
        return None if ready is None else self._work.evaluate(ready)

    def _hand_on(self, running: RunningContext) -> None:
        """Give the baton away without waiting until the next process takes it."""
        if self._handing_on.ident:
            self._handing_on.join()
        self._handing_on = threading.Thread(target=self._outbox.send, args=(running,), daemon=True)
        self._handing_on.start()
