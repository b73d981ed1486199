"""What the RR intervals of a beat are compared with: those of the last beats and minutes."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import FeaturesConfig
from ecg_anomaly.features.intervals import UNKNOWN_RR_S, Intervals
from ecg_anomaly.features.medians import row_medians, row_quantiles

#: Ratios whose quantiles are taken together.
BATCH_VALUES = 100_000


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
    changes = _look_back(np.diff(np.log(rr), prepend=np.log(rr[:1])), config.local_beats)[new]
    step = config.history_update_beats
    low, high = _running_range(np.log(rr / mean), first, end, step, len(known.mean_s))
    before = np.concatenate([rr[:1], rr[:-1]])[new]
    return RhythmContext(
        mean_s=mean[new],
        local_s=_recent_median(_look_back(rr, config.local_beats)[new], mean[new]),
        before_s=np.where(np.isnan(before), mean[new], before),
        irregularity=_spread(changes),
        low=low,
        high=high,
    )


def history_bounds(
    time_s: NDArray[np.float64], span_s: float, start_s: float | None = None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and past-the-end row of the beats that each beat may be compared with.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks in s; all of the learning period, or none of it.
    span_s : float
        Length of the look back and of the learning period in s.
    start_s : float, optional
        First R peak of the record, when it is not the first one given.

    Returns
    -------
    first, end : (n,) int
        The last `span_s` before a beat; for the beats of the learning period, which is as long,
        the whole period. The lone beat of a record is compared with itself.
    """
    learning = time_s < (time_s[:1] if start_s is None else start_s) + span_s
    n_learnt = int(learning.sum())
    first = np.where(learning, 0, np.searchsorted(time_s, time_s - span_s))
    end = np.where(learning, n_learnt, np.arange(len(time_s)))
    return first.astype(np.intp), np.maximum(end, first + 1).astype(np.intp)


def _running_range(
    ratio: NDArray[np.float64],
    first: NDArray[np.intp],
    end: NDArray[np.intp],
    step: int,
    since: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    skipped = since // step * step
    first, count = first[skipped::step], (end - first)[skipped::step]
    low, high = np.zeros(len(first)), np.zeros(len(first))
    size = max(1, BATCH_VALUES // max(1, int(count.max(initial=0))))
    for start in range(0, len(first), size):
        batch = slice(start, start + size)
        offset = np.arange(count[batch].max())
        rows = ratio[np.minimum(first[batch, None] + offset, len(ratio) - 1)]
        rows[(offset >= count[batch, None]) | np.isnan(rows)] = np.inf
        rows.sort(axis=1)
        finite = np.count_nonzero(np.isfinite(rows), axis=1)
        rows[finite == 0] = 0  # as if every interval had been the mean
        counts = np.maximum(finite, 1)
        low[batch], high[batch] = (row_quantiles(rows, counts, q) for q in (0.1, 0.9))
    wanted = slice(since - skipped, len(ratio) - skipped)
    return np.repeat(low, step)[wanted], np.repeat(high, step)[wanted]


def _recent_median(
    rows: NDArray[np.float64], otherwise: NDArray[np.float64]
) -> NDArray[np.float64]:
    finite = np.count_nonzero(np.isfinite(rows), axis=1)
    return np.where(finite > 0, row_medians(rows, np.maximum(finite, 1)), otherwise)


def _spread(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the standard deviation of what is known in each row; 0 where nothing is."""
    rows[~np.isfinite(rows).any(axis=1)] = 0
    return np.asarray(np.nanstd(rows, axis=1))


def _look_back(values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Row k holds the `n` values before k; the first row holds its own value."""
    padded = np.concatenate([np.full(n, np.nan), values[:-1]])
    rows = np.lib.stride_tricks.sliding_window_view(padded, n).copy()
    rows[0, -1:] = values[:1]
    return rows
