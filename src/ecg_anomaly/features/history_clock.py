"""When the windows of past beats move: every so many seconds of the record."""

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import NDArray

#: A window of few beats reaches ahead no further than this time in s after the first of them, nor
#: than half its length.
LONGEST_WAIT_S = 20.0


@dataclass(frozen=True)
class HistoryClock:
    """When windows move, and how far they reach back.

    Attributes
    ----------
    span_s : float
        Longest time in s before a beat of the beats that it is compared with.
    step_s : float
        How often windows move, in s.
    start_s : float
        First R peak of the record in s.
    """

    span_s: float
    step_s: float
    start_s: float

    @property
    def length_s(self) -> float:
        """Length of a window in s."""
        return self.span_s - self.step_s

    def moved_s(self, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """Time of the last move before each beat, (n,) float64 in s."""
        if len(time_s) == 1:  # as nearly always in a stream, and faster
            return np.array([self.moved_at(float(time_s[0]))])
        return np.asarray(np.floor(time_s / self.step_s) * self.step_s)

    def moved_at(self, time_s: float) -> float:
        """Time of the last move before one time, in s, as `moved_s` has it and faster."""
        return floor(time_s / self.step_s) * self.step_s

    @property
    def longest_wait_s(self) -> float:
        """Seconds after its first beat that a window of few beats reaches ahead at most."""
        return min(LONGEST_WAIT_S, self.length_s / 2)
