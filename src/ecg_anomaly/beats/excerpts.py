"""Pieces of a recording: where they come from, which samples are missing, how gaps are bridged."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Reach(NamedTuple):
    """How much signal something depends on.

    Attributes
    ----------
    back_s, ahead_s : float
        Seconds before and after it.
    """

    back_s: float
    ahead_s: float

    def beyond(self, other: "Reach") -> "Reach":
        """Return the reach of what depends on things that have the other reach."""
        return Reach(self.back_s + other.back_s, self.ahead_s + other.ahead_s)

    def widen(self, other: "Reach") -> "Reach":
        """Return the reach of what depends on both."""
        return Reach(max(self.back_s, other.back_s), max(self.ahead_s, other.ahead_s))


@dataclass(frozen=True)
class Excerpt:
    """Consecutive samples of a recording.

    Attributes
    ----------
    signal : (n, n_leads) float32
        Amplitude in mV; values that are not finite or beyond `LARGEST_MV` count as missing.
    start : int
        Index of the first sample in the recording.
    n_samples : int
        Length of the whole recording.
    before : (n_leads,) float32
        Last value before the excerpt that is not missing, NaN where there is none.
    """

    signal: NDArray[np.float32]
    start: int
    n_samples: int
    before: NDArray[np.float32]

    @classmethod
    def whole(cls, signal: NDArray[np.float32]) -> "Excerpt":
        """Take a whole recording, ``(n_samples, n_leads)``."""
        return cls(signal, 0, len(signal), np.full(signal.shape[1], np.nan, np.float32))

    def select(self, rows: list[int]) -> "Excerpt":
        """Return some of the leads in this order; the excerpt itself when nothing changes."""
        if rows == list(range(self.signal.shape[1])):
            return self
        return replace(self, signal=self.signal[:, rows], before=self.before[rows])
