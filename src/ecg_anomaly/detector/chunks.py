"""Read a recording in overlapping chunks, reading each sample once."""

import mmap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Excerpt, Reach
from ecg_anomaly.beats.missing_samples import count_lost, find_lost, last_known, mask_missing
from ecg_anomaly.beats.r_peaks.r_peak_detection import chunk_grid
from ecg_anomaly.records.record import StreamedRecord


@dataclass(frozen=True)
class Chunk:
    """A piece of a recording to which the beats between two samples belong.

    Attributes
    ----------
    excerpt : Excerpt
        The signal, NaN where samples are missing. It reaches as far beyond `first` and `stop` as
        R peaks and windows depend on it.
    first, stop : int
        The R peaks of its beats lie from sample `first` of the recording up to, and without,
        `stop`.
    n_lost : int
        Samples before `first` that are missing in every lead.
    """

    excerpt: Excerpt
    first: int
    stop: int
    n_lost: int

    @property
    def last(self) -> bool:
        """True for the chunk that ends with the recording."""
        return self.stop == self.excerpt.n_samples

    def count_lost(self, sample: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count, for R peaks ``(n,)`` of the chunk, the samples before that every lead misses."""
        start = self.excerpt.start
        lost = np.flatnonzero(
            find_lost(self.excerpt.signal[self.first - start : self.stop - start])
        )
        return self.n_lost + np.searchsorted(lost, sample - self.first)


def allocate_signal(n_samples: int, n_leads: int) -> NDArray[np.float32]:
    """Return an array for a signal, ``(n_samples, n_leads)``, each lead contiguous in memory."""
    return np.empty((n_leads, n_samples), np.float32).T


def read_chunks(
    recording: StreamedRecord,
    columns: list[int],
    chunk_s: float,
    reach: Reach,
    allocate: Callable[[int, int], NDArray[np.float32]] = allocate_signal,
) -> Iterator[Chunk]:
    """Read a recording from its start to its end, chunk by chunk.

    Parameters
    ----------
    recording : StreamedRecord
        At least one sample long.
    columns : list of int
        Leads to keep, in this order.
    chunk_s : float
        Length of a chunk in s, without the overlap. Only memory and speed depend on it.
    reach : Reach
        Overlap with the chunks before and after: how far from a beat the signal may change its R
        peak or its window, see `ecg_anomaly.detector.detector.Detector.reach`.
    allocate : callable
        Like `allocate_signal`; called once for each chunk, in order. The signal of a chunk is read
        again when the next one is made, and not after that.

    Yields
    ------
    Chunk
        In order. Together they hold every beat once; where nothing is stored they leave gaps.
    """
    (back, ahead), n_samples = _margins(recording.fs, reach), recording.n_samples
    held, start, n_lost, done = np.zeros((0, len(columns)), np.float32), 0, 0, 0
    before = np.full(len(columns), np.nan, np.float32)
    for first, stop in _place_chunks(recording, chunk_s, reach):
        low, end = max(0, first - back), start + len(held)
        before = last_known(held[: low - start], before)
        kept = held[low - start :]
        new = _read(recording, max(low, end), min(stop + ahead, n_samples), columns)
        # Each lead contiguous: leads are filtered one by one.
        held = np.concatenate([kept, new], out=allocate(len(kept) + len(new), len(columns)))
        start, n_lost = low, n_lost + first - done  # of what was left out nothing is stored
        yield Chunk(Excerpt(held, low, n_samples, before), first, stop, n_lost)
        n_lost += count_lost(held[first - low : stop - low])
        done = stop


def count_chunks(recording: StreamedRecord, chunk_s: float, reach: Reach) -> int:
    """Return how many chunks `read_chunks` yields."""
    return sum(1 for _ in _place_chunks(recording, chunk_s, reach))


def _place_chunks(
    recording: StreamedRecord, chunk_s: float, reach: Reach
) -> Iterator[tuple[int, int]]:
    """Yield `first` and `stop` of each chunk that holds or overlaps a stored sample, and the last.

    The others have no beat: of a month without a signal two chunks are read.
    """
    n_samples, length = recording.n_samples, _chunk_length(recording.fs, chunk_s)
    (back, ahead), last = _margins(recording.fs, reach), max(0, n_samples - 1) // length * length
    first = 0
    while first < n_samples:
        stop = min(first + length, n_samples)
        stored = recording.next_stored(max(0, first - back))
        if stored >= stop + ahead and first < last:
            first = min((stored - ahead) // length * length, last)
        else:
            yield first, stop
            first = stop


def longest_chunk(fs: float, chunk_s: float, reach: Reach) -> int:
    """Return how many samples the signal of a chunk has at most, its overlap included."""
    return _chunk_length(fs, chunk_s) + sum(_margins(fs, reach))


class SharedSignals:
    """Memory shared by forked processes that holds the signals of chunks, so that none is copied.

    It consists of slots, which are used in turn by the signals of consecutive chunks.

    Parameters
    ----------
    n_slots : int
        The signal of a chunk is overwritten by that of the chunk `n_slots` later.
    n_leads, n_samples : int
        Size of the largest signal.
    """

    def __init__(self, n_slots: int, n_leads: int, n_samples: int) -> None:
        self.n_slots, self._n_leads, self._next = n_slots, n_leads, 0
        size = n_leads * n_samples
        memory = mmap.mmap(-1, max(1, n_slots * size * 4))  # anonymous: forked processes share it
        self._slots = np.frombuffer(memory, np.float32, n_slots * size).reshape(n_slots, size)

    def next_slot(self, n_samples: int, n_leads: int) -> NDArray[np.float32]:
        """Return the slot of the next chunk, ``(n_samples, n_leads)``, each lead contiguous."""
        assert n_leads == self._n_leads
        self._next += 1
        return self._slot(self._next - 1, n_samples)

    def take_out(self, chunk: Chunk) -> tuple[Chunk, int]:
        """Return a chunk without its signal, small enough to be sent, and the signal's length."""
        signal = chunk.excerpt.signal
        bare = replace(chunk.excerpt, signal=np.zeros((0, self._n_leads), np.float32))
        return replace(chunk, excerpt=bare), len(signal)

    def put_in(self, number: int, chunk: Chunk, n_samples: int) -> Chunk:
        """Return chunk number `number`, counted from 0, with its signal."""
        signal = self._slot(number, n_samples)
        return replace(chunk, excerpt=replace(chunk.excerpt, signal=signal))

    def _slot(self, number: int, n_samples: int) -> NDArray[np.float32]:
        flat = self._slots[number % self.n_slots, : n_samples * self._n_leads]
        return flat.reshape(self._n_leads, n_samples).T


def _chunk_length(fs: float, chunk_s: float) -> int:
    grid = chunk_grid(fs)
    return max(1, round(chunk_s * fs / grid)) * grid


def _margins(fs: float, reach: Reach) -> tuple[int, int]:
    """Return how many samples before and after a chunk it overlaps, from the grid of R peaks."""
    grid = chunk_grid(fs)
    return -(-int(np.ceil(reach.back_s * fs)) // grid) * grid, int(np.ceil(reach.ahead_s * fs))


def _read(
    recording: StreamedRecord, start: int, stop: int, columns: list[int]
) -> NDArray[np.float32]:
    whole = columns == list(range(len(recording.leads)))
    return mask_missing(recording.read(start, stop, None if whole else columns))
