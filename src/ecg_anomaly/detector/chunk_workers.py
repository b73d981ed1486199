"""Score the chunks of a recording on threads or processes, and give the decisions in order.

A chunk is cut and decided on by any worker; between the two the `ContextBuilder` sees the chunks in
their order. At most `AHEAD` chunks for each thread are in memory, or one more than processes.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TypeVar

from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunk_processes import NoProcessError, score_by_processes
from ecg_anomaly.detector.chunks import (
    Chunk,
    SharedSignals,
    longest_chunk,
    read_chunks,
)
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.records.record import StreamedRecord

#: Threads or processes for one recording at most: each takes 40 MB, and one thread alone reads and
#: writes for all of them.
MOST_WORKERS = 3

#: Tasks that wait or run, for each thread.
AHEAD = 2

Task = TypeVar("Task")
Done = TypeVar("Done")


def score_in_parallel(
    detector: Detector,
    recording: StreamedRecord,
    scorer: ChunkScorer,
    chunk_s: float,
    processes: int,
    threads: int,
) -> Iterator[BeatDecisions]:
    """Score the chunks of a recording by several processes, or by threads of this one.

    Parameters
    ----------
    detector : Detector
    recording : StreamedRecord
        At a rate at which beats are scored, see `average_down`.
    scorer : ChunkScorer
        Of this recording.
    chunk_s : float
        Length of a chunk in s.
    processes : int
        More than one are forked; where the system starts none, threads work instead.
    threads : int
        Threads beside the calling one, which reads the recording.

    Yields
    ------
    BeatDecisions
        On consecutive beats.
    """
    running = ContextBuilder(detector.features, scorer.leads.first_leads)
    if processes > 1:
        try:
            yield from _score_by_processes(detector, recording, scorer, running, chunk_s, processes)
            return
        except NoProcessError:  # nothing has been read yet, and threads take less memory
            pass
    chunks = read_chunks(recording, scorer.leads.order, chunk_s, detector.reach)
    yield from _score_by_threads(scorer, running, chunks, threads)


def _score_by_threads(
    scorer: ChunkScorer, running: ContextBuilder, chunks: Iterable[Chunk], threads: int
) -> Iterator[BeatDecisions]:
    with ThreadPoolExecutor(threads) as pool:
        try:
            cut = _map_ahead(pool, scorer.cut, chunks, AHEAD * threads)
            ready = (running.extend(found, last) for found, last in cut)
            wanted = (beats for beats in ready if beats is not None)
            yield from _map_ahead(pool, scorer.decide, wanted, AHEAD * threads)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _score_by_processes(
    detector: Detector,
    recording: StreamedRecord,
    scorer: ChunkScorer,
    running: ContextBuilder,
    chunk_s: float,
    processes: int,
) -> Iterator[BeatDecisions]:
    longest = longest_chunk(recording.fs, chunk_s, detector.reach)
    try:
        signals = SharedSignals(processes + 1, len(scorer.leads.order), longest)
    except OSError as error:
        raise NoProcessError(str(error)) from error
    chunks = read_chunks(recording, scorer.leads.order, chunk_s, detector.reach, signals.next_slot)
    yield from score_by_processes(scorer, running, chunks, signals, processes)


def _map_ahead(
    pool: Executor, function: Callable[[Task], Done], tasks: Iterable[Task], ahead: int
) -> Iterator[Done]:
    """Map in order with at most `ahead` results waiting, so that memory does not grow."""
    waiting: deque[Future[Done]] = deque()
    for task in tasks:
        waiting.append(pool.submit(function, task))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def share_cores(recordings: int = 1) -> int:
    """Return how many threads or processes score each of `recordings` scored at the same time."""
    return max(1, min(MOST_WORKERS, count_cores() // recordings))


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
