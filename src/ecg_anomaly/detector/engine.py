"""Scores a recording chunk by chunk: bounded memory, all cores, the result of the whole."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from threadpoolctl import threadpool_limits

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.detector.chunk_work import ChunkWork
from ecg_anomaly.detector.chunks import count_chunks, longest_chunk, read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.relay import relay_chunks
from ecg_anomaly.detector.running_context import RunningContext
from ecg_anomaly.detector.shared_signals import SharedSignals
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import StreamedRecord

if TYPE_CHECKING:
    from ecg_anomaly.detector.detector import Detector

#: Length of a chunk: shorter ones overlap more, longer ones take more memory. With many leads or
#: a high sampling rate it is shorter: so many samples, of all leads together, at most.
CHUNK_S, CHUNK_SAMPLES = 1350.0, 2_000_000

#: Threads or processes that work on a recording, unless somebody asks for more: each takes 40 MB,
#: and one process alone reads and writes.
MOST_WORKERS = 3

#: Tasks of a kind that wait or run, for each thread; chunks, for each process.
_AHEAD = 2

Task = TypeVar("Task")
Done = TypeVar("Done")


def score_chunks(
    detector: "Detector",
    recording: StreamedRecord,
    threads: int | None = None,
    chunk_s: float | None = None,
    processes: int = 1,
) -> Iterator[BeatDecisions]:
    """Score a recording part by part.

    Parameters
    ----------
    detector : Detector
        What scores.
    recording : StreamedRecord
        Read from its start to its end, each sample once, by the calling thread alone.
    threads : int, optional
        Threads that work beside the one that reads; `share_cores` by default.
    chunk_s : float, optional
        Length of a chunk in s; `CHUNK_S` by default.
    processes : int
        More than one work instead of threads, see `ecg_anomaly.detector.relay`.

    Yields
    ------
    BeatDecisions
        Of consecutive beats. Neither threads, nor processes, nor chunks change them.
    """
    longest_s = CHUNK_SAMPLES / (recording.fs * len(recording.leads))
    chunk_s = chunk_s or min(CHUNK_S, longest_s)
    processes = min(processes, count_chunks(recording, chunk_s))
    # The cores are ours: threads of BLAS wait for each other by burning those that ours need.
    with threadpool_limits(1, "blas"):
        if processes > 1:
            yield from _score_by_processes(detector, recording, chunk_s, processes)
        else:
            yield from _score_by_threads(detector, recording, chunk_s, threads or share_cores())


def _score_by_threads(
    detector: "Detector", recording: StreamedRecord, chunk_s: float, threads: int
) -> Iterator[BeatDecisions]:
    work, running = ChunkWork(detector, recording), RunningContext(detector.features)
    chunks = read_chunks(recording, work.order, chunk_s, detector.preprocess)
    with ThreadPoolExecutor(threads) as pool:
        try:
            cut = _map_ahead(pool, work.cut, chunks, _AHEAD * threads)
            ready = (running.extend(found, last) for found, last in cut)
            wanted = (beats for beats in ready if beats is not None)
            yield from _map_ahead(pool, work.evaluate, wanted, _AHEAD * threads)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _score_by_processes(
    detector: "Detector", recording: StreamedRecord, chunk_s: float, processes: int
) -> Iterator[BeatDecisions]:
    work, fs, config = ChunkWork(detector, recording), recording.fs, detector.preprocess
    longest = longest_chunk(fs, chunk_s, config)
    signals = SharedSignals(_AHEAD * processes, len(work.order), longest)
    chunks = read_chunks(recording, work.order, chunk_s, config, signals.next_room)
    yield from relay_chunks(work, detector.features, chunks, signals, processes)


def check_length(recording: StreamedRecord, config: PreprocessConfig) -> None:
    """Refuse a recording that is shorter than one window or has no lead.

    Raises
    ------
    UserError
        Names the recording.
    """
    window_s = BeatWindow.from_config(config).duration_s
    if recording.n_samples / recording.fs < window_s:
        rule = f"{recording.n_samples / recording.fs:.2f} s long, a window takes {window_s:.2f} s"
        raise UserError(recording.name, rule, "give a longer recording")
    if not recording.leads:
        raise UserError(recording.name, "has no lead", "give a recording with one")


def _map_ahead(
    pool: Executor, function: Callable[[Task], Done], tasks: Iterable[Task], ahead: int
) -> Iterator[Done]:
    """Map in order, with so many tasks under way: neither idle threads nor growing memory."""
    waiting: deque[Future[Done]] = deque()
    for task in tasks:
        waiting.append(pool.submit(function, task))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def share_cores(recordings: int = 1) -> int:
    """Say how many threads or processes to use for each of some recordings scored at a time."""
    return max(1, min(MOST_WORKERS, count_cores() // recordings))


def count_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
