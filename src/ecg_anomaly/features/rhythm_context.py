"""RR intervals, and the intervals of the last beats and minutes that they are compared with."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.running_statistics import (
    history_bounds,
    last_values,
    recent_median,
    running_range,
    spread,
)

#: Intervals outside are gaps or double detections, not heart periods; they are clipped.
RR_LIMITS_S = (0.2, 3.0)

#: Mean interval, in s, where no interval is known.
UNKNOWN_RR_S = 0.8


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
        """Replace what is unknown by other intervals, (n,) float64 in s."""
        both = (self.previous_s, self.next_s)
        return Intervals(*(np.where(np.isnan(rr), otherwise_s, rr) for rr in both))

    def without_gaps(self, lost_s: NDArray[np.float64]) -> "Intervals":
        """Take for unknown the intervals with missing signal in which a beat may be lost.

        Parameters
        ----------
        lost_s : (n,) float64
            Seconds of the record before each beat that are missing.
        """
        gap = np.diff(lost_s) >= RR_LIMITS_S[0]
        return Intervals(
            np.where(np.append(False, gap), np.nan, self.previous_s),
            np.where(np.append(gap, False), np.nan, self.next_s),
        )


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
        way round; a lone beat has 0.8 s before and after it.
    """
    if len(time_s) < 2:
        lone = np.full(len(time_s), UNKNOWN_RR_S)
        return Intervals(lone, lone)
    gaps = np.clip(np.diff(time_s), *RR_LIMITS_S)
    gaps = np.where(certain[1:] & certain[:-1], gaps, np.nan)
    return Intervals(np.append(gaps[0], gaps), np.append(gaps, gaps[-1]))


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
class EarlierRhythm:
    """What is known of a record when the rhythm of some of its beats is compared.

    Attributes
    ----------
    start_s : float
        First R peak of the record in s: the learning period begins there.
    total_s : float
        Sum of the known intervals of all beats before those that are given.
    mean_s : (m,) float64
        `RhythmContext.mean_s` of the first m beats that are given; only the others are compared.
    """

    start_s: float
    total_s: float
    mean_s: NDArray[np.float64]

    @classmethod
    def none(cls, time_s: NDArray[np.float64]) -> "EarlierRhythm":
        """Nothing is known: the beats are all of a record, from the first one."""
        return cls(float(time_s[0]) if len(time_s) else 0.0, 0.0, np.zeros(0))


def compare_rhythm(
    time_s: NDArray[np.float64],
    intervals: Intervals,
    config: FeaturesConfig,
    earlier: EarlierRhythm | None = None,
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
    earlier : EarlierRhythm, optional
        When the beats are not all of the record: what came before, whose beats are given again
        as far as they are looked back at. The first of them is a multiple of
        ``history_update_beats`` from the record's first.

    Returns
    -------
    RhythmContext
        Of the n - m beats that were not compared earlier.

    Notes
    -----
    The mean over some minutes resolves what the local median inverts: in a long run of premature
    beats each is as early as its neighbours, and the few normal beats look late.

    Unknown intervals have no part in anything. Where none is known the mean is `UNKNOWN_RR_S`, and
    the mean stands for the median and for the interval before.
    """
    known = earlier or EarlierRhythm.none(time_s)
    new = slice(len(known.mean_s), None)
    rr = intervals.previous_s
    first, end = history_bounds(time_s, config.history_s, known.start_s)
    total = np.cumsum(np.concatenate([[known.total_s], np.nan_to_num(rr)]))
    count = np.cumsum(np.concatenate([[0], np.isfinite(rr)]))
    n = count[end] - count[first]
    mean = np.where(n > 0, (total[end] - total[first]) / np.maximum(n, 1), UNKNOWN_RR_S)
    mean = np.concatenate([known.mean_s, mean[new]])
    changes = last_values(np.diff(np.log(rr), prepend=np.log(rr[:1])), config.local_beats)[new]
    step = config.history_update_beats
    low, high = running_range(np.log(rr / mean), first, end, step, len(known.mean_s))
    before = np.concatenate([rr[:1], rr[:-1]])[new]
    return RhythmContext(
        mean_s=mean[new],
        local_s=recent_median(last_values(rr, config.local_beats)[new], mean[new]),
        before_s=np.where(np.isnan(before), mean[new], before),
        irregularity=spread(changes),
        low=low,
        high=high,
    )
