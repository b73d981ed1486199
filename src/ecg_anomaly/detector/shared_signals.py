"""Memory shared by forked processes that holds the signals of chunks, so that none is copied."""

import mmap
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.chunks import Chunk


class SharedSignals:
    """Slots of shared memory, used in turn by the signals of consecutive chunks.

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
