"""Scores a recording chunk by chunk: bounded memory, all cores, the result of the whole."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ecg_anomaly.beats.cutting import cut_excerpt, only_first_lead, window_length
from ecg_anomaly.beats.windows import choose_leads
from ecg_anomaly.config.schema import PreprocessConfig
from ecg_anomaly.detector.chunks import Chunk, read_chunks
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.running_context import FoundBeats, ReadyBeats, RunningContext
from ecg_anomaly.errors import UserError
from ecg_anomaly.explanation.reasons import explain_beats
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.features.describe import describe
from ecg_anomaly.r_peaks.finding import find_r_peaks
from ecg_anomaly.recordings.recording import Recording

if TYPE_CHECKING:
    from ecg_anomaly.detector.detector import Detector

#: Length of a chunk: shorter ones overlap more, longer ones take more memory. With many leads or
#: a high sampling rate it is shorter: so many samples, of all leads together, at most.
CHUNK_S, CHUNK_SAMPLES = 1350.0, 2_000_000

#: Tasks of a kind that wait or run, for each thread.
_AHEAD = 2

Task = TypeVar("Task")
Done = TypeVar("Done")


def score_chunks(
    detector: "Detector",
    recording: Recording,
    threads: int | None = None,
    chunk_s: float | None = None,
) -> Iterator[BeatDecisions]:
    """Score a recording part by part.

    Parameters
    ----------
    detector : Detector
        What scores.
    recording : Recording
        Read from its start to its end, each sample once, by the calling thread alone.
    threads : int, optional
        Threads that work beside the one that reads; as many as there are cores by default.
    chunk_s : float, optional
        Length of a chunk in s; `CHUNK_S` by default.

    Yields
    ------
    BeatDecisions
        Of consecutive beats. Neither threads nor chunks change them.
    """
    work, running = _Work(detector, recording), RunningContext(detector.features)
    longest_s = CHUNK_SAMPLES / (recording.fs * len(recording.leads))
    chunk_s = chunk_s or min(CHUNK_S, longest_s)
    chunks = read_chunks(recording, work.order, chunk_s, detector.preprocess)
    workers = threads or count_cores()
    # The threads are ours: those of BLAS wait for each other by burning the cores that ours need.
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(workers) as pool:
        try:
            cut = _map_ahead(pool, work.cut, chunks, _AHEAD * workers)
            ready = (running.extend(found, last) for found, last in cut)
            wanted = (beats for beats in ready if beats is not None)
            yield from _map_ahead(pool, work.judge, wanted, _AHEAD * workers)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def check_length(recording: Recording, config: PreprocessConfig) -> None:
    """Refuse a recording that is shorter than one window or has no lead.

    Raises
    ------
    UserError
        Names the recording.
    """
    window_s = window_length(config) / config.fs
    if recording.n_samples / recording.fs < window_s:
        rule = f"{recording.n_samples / recording.fs:.2f} s long, a window takes {window_s:.2f} s"
        raise UserError(recording.name, rule, "give a longer recording")
    if not recording.leads:
        raise UserError(recording.name, "has no lead", "give a recording with one")


class _Work:
    """What is done with each chunk, on its own: any thread may do it, at any time."""

    def __init__(self, detector: "Detector", recording: Recording) -> None:
        self._detector, self._fs = detector, recording.fs
        self._columns = choose_leads(recording.leads, detector.leads)
        first = max(self._columns[0], 0)
        self.order = [first, *(c for c in range(len(recording.leads)) if c != first)]
        self._rows = [self.order.index(column) for column in self._columns if column >= 0]
        self._lead_names = [
            recording.leads[column] if column >= 0 else "absent" for column in self._columns
        ]

    def cut(self, chunk: Chunk) -> tuple[FoundBeats, bool]:
        """Find the beats of a chunk and cut their windows; say whether it is the last one."""
        sample = find_r_peaks(chunk.excerpt.signal, self._fs) + chunk.excerpt.start
        leads, home = chunk.excerpt.select(self._rows), range(chunk.first, chunk.stop)
        waveform, unreadable = cut_excerpt(
            leads, self._fs, sample, self._columns, self._detector.preprocess, home
        )
        sample = sample[(sample >= chunk.first) & (sample < chunk.stop)]
        lost_s = chunk.count_lost(sample) / self._fs
        return FoundBeats(sample, sample / self._fs, waveform, unreadable, lost_s), chunk.last

    def judge(self, ready: ReadyBeats) -> BeatDecisions:
        """Put beats in context, score them and decide."""
        detector, beats = self._detector, ready.beats
        context = ready.put_in_context(detector.features, detector.preprocess)
        score = np.full(len(beats), np.nan)
        rows = np.flatnonzero(beats.unreadable == "")
        if len(rows):
            read = context if len(rows) == len(beats) else context.select(rows)
            described = describe(read, detector.features, detector.preprocess)
            features = detector.transform.apply(described.values)
            alone = only_first_lead(beats.waveform[rows])
            inputs = unlabelled_inputs(described.sequence, features)
            score[rows] = detector.score_inputs(inputs, alone)
        flagged = np.nan_to_num(score, nan=-np.inf) > detector.threshold
        rows = np.flatnonzero(flagged)
        context = replace(context, intervals=ready.measured)  # of a gap nothing can be said
        said = explain_beats(context, rows, self._lead_names, detector.preprocess)
        reason = _say_once(said, rows, len(beats))
        rows = np.flatnonzero(beats.unreadable != "")
        unreadable = _say_once(beats.unreadable[rows].tolist(), rows, len(beats))
        return BeatDecisions(
            beats.sample, beats.time_s, score, flagged, unreadable, ready.rr_s, reason
        )


def _say_once(texts: Sequence[str], rows: NDArray[np.intp], n: int) -> NDArray[np.object_]:
    """Put texts into some rows of n, as one object where they are equal, and ``""`` elsewhere."""
    column, said = np.full(n, "", dtype=object), dict[str, str]()
    column[rows] = [said.setdefault(text, text) for text in texts]
    return column


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


def count_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
