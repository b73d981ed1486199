"""Signals of chunks in memory that forked processes share: nobody copies or sends them."""

import mmap
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.chunks import Chunk


class SharedSignals:
    """Room for the signals of some chunks, used again and again.

    Parameters
    ----------
    n_rooms : int
        The signal of a chunk is lost when the chunk so many places later is read.
    n_leads, n_samples : int
        Size of the largest signal.
    """

    def __init__(self, n_rooms: int, n_leads: int, n_samples: int) -> None:
        self.n_rooms, self._n_leads, self._next = n_rooms, n_leads, 0
        size = n_leads * n_samples
        memory = mmap.mmap(-1, max(1, n_rooms * size * 4))  # anonymous: forked processes share it
        self._rooms = np.frombuffer(memory, np.float32, n_rooms * size).reshape(n_rooms, size)

    def next_room(self, n_samples: int, n_leads: int) -> NDArray[np.float32]:
        """Return the room of the next chunk, ``(n_samples, n_leads)``, each lead contiguous."""
        assert n_leads == self._n_leads
        self._next += 1
        return self._room(self._next - 1, n_samples)

    def take_out(self, chunk: Chunk) -> tuple[Chunk, int]:
        """Return a chunk without its signal, and how many samples that has."""
        signal = chunk.excerpt.signal
        bare = replace(chunk.excerpt, signal=np.zeros((0, self._n_leads), np.float32))
        return replace(chunk, excerpt=bare), len(signal)

    def put_in(self, number: int, chunk: Chunk, n_samples: int) -> Chunk:
        """Give the chunk of this number, counted from 0, its signal back."""
        signal = self._room(number, n_samples)
        return replace(chunk, excerpt=replace(chunk.excerpt, signal=signal))

    def _room(self, number: int, n_samples: int) -> NDArray[np.float32]:
        flat = self._rooms[number % self.n_rooms, : n_samples * self._n_leads]
        return flat.reshape(self._n_leads, n_samples).T
