"""Find the typical intervals of the last beats and minutes that intervals are compared with."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.interval_summary import IntervalSummary
from ecg_anomaly.features.rhythm_context import RhythmContext
from ecg_anomaly.features.running_statistics import recent_median, spread


def take_last(
    previous_s: NDArray[np.float64], rows: NDArray[np.intp], n: int
) -> NDArray[np.float64]:
    """Take the interval before each of some beats, and the n intervals before that one.

    Parameters
    ----------
    previous_s : (m,) float64
        RR interval before each of consecutive beats of one record, in s; NaN where unknown.
    rows : (k,) int
        The beats.
    n : int

    Returns
    -------
    (k, n + 1) float64
        Before the first interval of all it repeats.
    """
    if len(rows) == 1 and rows[0] >= n:  # as of nearly all running records
        return previous_s[None, rows[0] - n : rows[0] + 1]
    return previous_s[np.maximum(rows[:, None] + np.arange(-n, 1), 0)]


def compare_last(
    last_s: NDArray[np.float64], rows: NDArray[np.intp], minutes: IntervalSummary
) -> RhythmContext:
    """Compute what the intervals of beats of any records are compared with.

    Parameters
    ----------
    last_s : (n, local_beats + 2) float64
        From `take_last`.
    rows : (n,) int
        Number of beats of its record before each.
    minutes : IntervalSummary
        The minutes that each of the n beats is compared with.

    Returns
    -------
    RhythmContext
        Its hour is that of the last minutes, until `RhythmContext.with_hour`.

    Notes
    -----
    The mean over some minutes resolves what the local median inverts: in a long run of premature
    beats each is as early as its neighbours, and the few normal beats look late.

    Unknown intervals are left out everywhere. Where none is known the mean is `UNKNOWN_RR_S`, and
    the mean stands for the median and for the interval before.
    """
    mean_s, logs, before_s = minutes.mean_s, np.log(last_s[:, :-1]), last_s[:, -2]
    local_s, changes = last_s[:, 1:-1], logs[:, 1:] - logs[:, :-1]
    n = local_s.shape[1]
    if (rows < n).any():  # fewer have come before
        none = rows[:, None] + np.arange(-n, 0) < 0
        none[:, -1] = False  # the first of all has its own
        local_s, changes = (np.where(none, np.nan, values) for values in (local_s, changes))
    low, high = (np.log(quantile / mean_s) for quantile in (minutes.low_s, minutes.high_s))
    return RhythmContext(
        mean_s=mean_s,
        local_s=recent_median(local_s.copy(), mean_s),
        before_s=np.where(np.isnan(before_s), mean_s, before_s),
        irregularity=spread(changes),
        low=low,
        high=high,
        hour_mean_s=mean_s,
        hour_low=low,
        hour_high=high,
    )
