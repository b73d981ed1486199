"""Rhythm of a beat, from R peaks up to the next one.

All ratios are natural logarithms, so that half and double are equally far from 0. What a beat's
intervals are compared with is kept apart from the intervals (`RhythmContext`), so that the same
formulas describe a beat that was and a beat that is made up.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import FeaturesConfig

#: Intervals outside are gaps or double detections, not heart periods; they are clipped.
RR_LIMITS_S = (0.2, 3.0)

RHYTHM_FEATURES = (
    "rr_previous_to_mean",
    "rr_previous_to_local",
    "rr_next_to_mean",
    "rr_next_to_local",
    "rr_previous_change",
    "rr_next_to_previous",
    "rr_before_previous_to_mean",
    "rr_irregularity",
    "rr_mean",
    "rr_place_in_range",
    "rr_range_low",
    "rr_range_high",
)

#: Log ratios beyond are all equally extreme.
_CLIP = 2.5


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
    """

    mean_s: NDArray[np.float64]
    local_s: NDArray[np.float64]
    before_s: NDArray[np.float64]
    irregularity: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def select(self, rows: NDArray[Any]) -> "RhythmContext":
        """Return the context of some beats."""
        return RhythmContext(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Intervals:
    """RR intervals of each beat: to the beat before and to the next, (n,) float64, in s."""

    previous_s: NDArray[np.float64]
    next_s: NDArray[np.float64]

    def select(self, rows: NDArray[Any]) -> "Intervals":
        """Return the intervals of some beats."""
        return Intervals(self.previous_s[rows], self.next_s[rows])


def measure_intervals(time_s: NDArray[np.float64]) -> Intervals:
    """Intervals between R peaks, clipped to `RR_LIMITS_S`.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks of one record in s, ascending.

    Returns
    -------
    Intervals
        The first beat takes the interval after it for the one before it, the last beat the other
        way round; a lone beat has 0.8 s on both sides.
    """
    if len(time_s) < 2:
        lone = np.full(len(time_s), 0.8)
        return Intervals(lone, lone)
    gaps = np.clip(np.diff(time_s), *RR_LIMITS_S)
    return Intervals(np.append(gaps[0], gaps), np.append(gaps, gaps[-1]))


def compare_rhythm(
    time_s: NDArray[np.float64], intervals: Intervals, config: FeaturesConfig
) -> RhythmContext:
    """Find what each beat's intervals are compared with.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks of one record in s.
    intervals : Intervals
        Of the same beats.
    config : FeaturesConfig
        ``history_s``, also the length of the learning period: beats before it are compared with
        all of it. ``local_beats`` for the local median.

    Notes
    -----
    The mean over some minutes resolves what the local median inverts: in a long run of premature
    beats each is as early as its neighbours, and the few normal beats look late.
    """
    rr = intervals.previous_s
    first, end = history_bounds(time_s, config.history_s)
    total = np.concatenate([[0.0], np.cumsum(rr)])
    mean = (total[end] - total[first]) / np.maximum(end - first, 1)
    recent = _look_back(rr, config.local_beats)
    changes = _look_back(np.diff(np.log(rr), prepend=np.log(rr[:1])), config.local_beats)
    ratio = np.log(rr / mean)
    low, high = _running_range(ratio, first, end, config.history_update_beats)
    return RhythmContext(
        mean_s=mean,
        local_s=np.nanmedian(recent, axis=1),
        before_s=np.concatenate([rr[:1], rr[:-1]]),
        irregularity=np.nanstd(changes, axis=1),
        low=low,
        high=high,
    )


def compute_rhythm(intervals: Intervals, context: RhythmContext) -> NDArray[np.float64]:
    """Compute the rhythm features.

    Returns
    -------
    (n, 12) float64
        Columns `RHYTHM_FEATURES`.
    """
    rr, following = np.log(intervals.previous_s), np.log(intervals.next_s)
    mean, local, before = (
        np.log(value) for value in (context.mean_s, context.local_s, context.before_s)
    )
    spread = np.maximum(context.high - context.low, 0.05)
    columns = [
        rr - mean,
        rr - local,
        following - mean,
        following - local,
        rr - before,
        following - rr,
        before - mean,
        np.log(context.irregularity + 0.01) + 3.0,
        mean - np.log(0.8),
        (rr - mean - context.low) / spread / 2.0 - 0.25,
        context.low,
        context.high,
    ]
    return np.clip(np.column_stack(columns), -_CLIP, _CLIP)


def history_bounds(
    time_s: NDArray[np.float64], span_s: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and past-the-end row of the beats that each beat may be compared with.

    Returns
    -------
    first, end : (n,) int
        The last `span_s` before a beat; for the beats of the learning period, which is as long,
        the whole period. The lone beat of a record is compared with itself.
    """
    learning = time_s < time_s[:1] + span_s
    n_learnt = int(learning.sum())
    first = np.where(learning, 0, np.searchsorted(time_s, time_s - span_s))
    end = np.where(learning, n_learnt, np.arange(len(time_s)))
    return first.astype(np.intp), np.maximum(end, first + 1).astype(np.intp)


def _running_range(
    ratio: NDArray[np.float64], first: NDArray[np.intp], end: NDArray[np.intp], step: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = np.zeros(len(ratio)), np.zeros(len(ratio))
    for start in range(0, len(ratio), step):
        rows = slice(start, start + step)
        low[rows], high[rows] = np.quantile(ratio[first[start] : end[start]], [0.1, 0.9])
    return low, high


def _look_back(values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Row k holds the `n` values before k; the first row holds its own value."""
    padded = np.concatenate([np.full(n, np.nan), values[:-1]])
    rows = np.lib.stride_tricks.sliding_window_view(padded, n).copy()
    rows[0, -1:] = values[:1]
    return rows
