"""RR intervals, as far as they are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Intervals outside are gaps or double detections, not heart periods; they are clipped.
RR_LIMITS_S = (0.2, 3.0)

#: Mean interval of somebody of whom none is known, in s.
UNKNOWN_RR_S = 0.8


@dataclass(frozen=True)
class Intervals:
    """RR intervals of each beat: to the beat before and to the next, (n,) float64, in s.

    NaN where it is unknown, because one of the two may be no beat.
    """

    previous_s: NDArray[np.float64]
    next_s: NDArray[np.float64]

    def select(self, rows: NDArray[Any]) -> "Intervals":
        """Return the intervals of some beats."""
        return Intervals(self.previous_s[rows], self.next_s[rows])

    def fill(self, usual_s: NDArray[np.float64]) -> "Intervals":
        """Take what is unknown for usual, (n,) float64 in s."""
        both = (self.previous_s, self.next_s)
        return Intervals(*(np.where(np.isnan(rr), usual_s, rr) for rr in both))


def measure_intervals(time_s: NDArray[np.float64], certain: NDArray[np.bool_]) -> Intervals:
    """Intervals between R peaks, clipped to `RR_LIMITS_S`.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks of one record in s, ascending.
    certain : (n,) bool
        False for what may be no beat at all, see `is_certain`.

    Returns
    -------
    Intervals
        The first beat takes the interval after it for the one before it, the last beat the other
        way round; a lone beat has 0.8 s on both sides.
    """
    if len(time_s) < 2:
        lone = np.full(len(time_s), UNKNOWN_RR_S)
        return Intervals(lone, lone)
    gaps = np.clip(np.diff(time_s), *RR_LIMITS_S)
    gaps = np.where(certain[1:] & certain[:-1], gaps, np.nan)
    return Intervals(np.append(gaps[0], gaps), np.append(gaps, gaps[-1]))
