"""Measure RR intervals, and the typical intervals of recent beats that they are compared with."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.interval_summary import UNKNOWN_RR_S

#: Intervals outside are gaps or double detections, not heart periods; they are clipped.
RR_LIMITS_S = (0.2, 3.0)


@dataclass(frozen=True)
class Intervals:
    """RR intervals of each beat: to the beat before and to the next, (n,) float64, in s.

    NaN where it is unknown, because one of the two may be no beat.
    """

    previous_s: NDArray[np.float64]
    next_s: NDArray[np.float64]

    def select(self, rows: NDArray[Any] | slice) -> "Intervals":
        """Return the intervals of some beats."""
        return Intervals(self.previous_s[rows], self.next_s[rows])

    def fill(self, otherwise_s: NDArray[np.float64]) -> "Intervals":
        """Replace unknown intervals by `otherwise_s`, (n,) float64 in s."""
        both = (self.previous_s, self.next_s)
        return Intervals(*(np.where(np.isnan(rr), otherwise_s, rr) for rr in both))

    def without_gaps(self, lost_s: NDArray[np.float64], n_before: int = 0) -> "Intervals":
        """Mark as unknown (NaN) the intervals in whose missing signal a beat may be lost.

        Parameters
        ----------
        lost_s : (n_before + n,) or (n_before + n + 1,) float64
            Seconds of the record before each beat that are missing, and before the R peak that
            follows them, if there is one.
        n_before : int
            1 where `lost_s` begins with the beat before the first, else 0.
        """
        if lost_s[-1] - lost_s[0] < RR_LIMITS_S[0]:  # as nearly always; it never falls
            return self
        gap, n = lost_s[1:] - lost_s[:-1] >= RR_LIMITS_S[0], len(self.previous_s)
        before = gap if n_before else np.append(False, gap)
        return Intervals(
            np.where(before[:n], np.nan, self.previous_s),
            np.where(np.append(before[1:], False)[:n], np.nan, self.next_s),
        )


class NextPeak(NamedTuple):
    """The R peak after some beats, of which nothing else is known yet.

    Attributes
    ----------
    time_s : float
        In s.
    lost_s : float
        Seconds of the record before it that are missing in every lead.
    """

    time_s: float
    lost_s: float


def measure_intervals(
    time_s: NDArray[np.float64], certain: NDArray[np.bool_], after_s: float | None = None
) -> Intervals:
    """Intervals between R peaks, clipped to `RR_LIMITS_S`.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks of one record in s, ascending.
    certain : (n,) bool
        False for what may be no beat at all, see `is_certain`.
    after_s : float, optional
        The R peak that follows them in s; None where the record ends.

    Returns
    -------
    Intervals
        The interval before a beat is known when it and the one before are certain, the interval
        after it when it is certain itself: whether the next R peak is certain would only be known
        half a second after it, which no alarm can wait for. The first beat takes the interval after
        it for the one before it, the last beat of a record the other way round; a lone beat has
        0.8 s before and after it.
    """
    n, peaks_s = len(time_s), time_s if after_s is None else np.append(time_s, after_s)
    if len(peaks_s) < 2:
        lone = np.full(n, UNKNOWN_RR_S)
        return Intervals(lone, lone)
    gaps = clip_intervals(peaks_s[1:] - peaks_s[:-1])
    next_s = np.where(certain[: len(gaps)], gaps, np.nan)
    previous_s = np.empty(n)
    previous_s[:1], previous_s[1:] = next_s[:1], np.where(certain[1:], next_s[: n - 1], np.nan)
    return Intervals(
        previous_s, next_s if after_s is not None else np.append(next_s, previous_s[-1])
    )


def clip_intervals(rr_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clip times between R peaks in s, (n,) float64, to `RR_LIMITS_S`."""
    shortest, longest = RR_LIMITS_S
    return np.minimum(np.maximum(rr_s, shortest), longest)


def clip_interval(rr_s: float) -> float:
    """Clip one time between R peaks in s, as `clip_intervals` does and faster."""
    shortest, longest = RR_LIMITS_S
    return min(max(rr_s, shortest), longest)


@dataclass(frozen=True)
class RhythmContext:
    """What the intervals of each beat are compared with. All arrays are (n,) float64.

    Attributes
    ----------
    mean_s : mean interval of the last minutes, in s.
    local_s : median of the last few intervals, in s.
    before_s : the interval before the beat's own, in s.
    irregularity : spread of the log changes of the last few intervals.
    low, high : 10 % and 90 % quantile of log interval over mean in the last minutes.
    hour_mean_s : mean interval of the last hour in s, each part of it weighted by its length.
    hour_low, hour_high : 10 % and 90 % quantile of log interval over that mean.
    """

    mean_s: NDArray[np.float64]
    local_s: NDArray[np.float64]
    before_s: NDArray[np.float64]
    irregularity: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    hour_mean_s: NDArray[np.float64]
    hour_low: NDArray[np.float64]
    hour_high: NDArray[np.float64]

    def select(self, rows: NDArray[Any] | slice) -> "RhythmContext":
        """Return the context of some beats."""
        return RhythmContext(**{name: values[rows] for name, values in vars(self).items()})

    def with_hour(
        self,
        mean_s: NDArray[np.float64],
        low: NDArray[np.float64],
        high: NDArray[np.float64],
        rows: NDArray[np.intp],
    ) -> "RhythmContext":
        """Replace the hour of beats by one of m hours: `mean_s` in s, `low` and `high`, all (m,).

        Row `rows`, (n,) int, is that of each beat; -1 keeps its hour as it is.
        """
        hour = {"hour_mean_s": mean_s, "hour_low": low, "hour_high": high}
        changed = {k: np.where(rows >= 0, v[rows], getattr(self, k)) for k, v in hour.items()}
        return replace(self, **changed)
