"""The RR intervals around a beat as the interval LSTM takes them: the last 32, and the next one."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.rhythm_comparison import take_last
from ecg_anomaly.features.running_statistics import row_medians

#: Intervals up to the beat, and those of one step of the LSTM.
N_INTERVALS, PER_STEP = 32, 3

#: Shorter and longer intervals count as these, s.
LIMITS_S = (0.2, 3.0)

#: Added to the median log interval, so that it is near 0: that of 0.82 s.
MEDIAN_OFFSET = 0.2


def take_recent(
    previous_s: NDArray[np.float64], rows: NDArray[np.intp], next_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take the log of the last intervals up to some beats, and of the next one.

    Parameters
    ----------
    previous_s : (m,) float64
        Interval before each of consecutive beats in s; NaN where unknown.
    rows : (n,) int
        The beats.
    next_s : (n,) float64
        Interval after each of them in s; NaN where unknown.

    Returns
    -------
    (n, 33) float64
        NaN where unknown, or before the first beat.
    """
    return log_recent(take_last(previous_s, rows, N_INTERVALS - 1), rows, next_s)


def log_recent(
    last_s: NDArray[np.float64], rows: NDArray[np.intp], next_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take the log of intervals as `take_recent` does, for beats of several records.

    Parameters
    ----------
    last_s : (n, 32) float64
        From `take_last`, in s.
    rows : (n,) int
        Number of beats of its record before each.
    next_s : (n,) float64
        As for `take_recent`.

    Returns
    -------
    (n, 33) float64
    """
    recent = np.empty((len(rows), N_INTERVALS + 1))
    recent[:, :-1], recent[:, -1] = last_s, next_s
    if len(rows) and rows.min() < N_INTERVALS - 1:  # fewer have come before
        recent[:, :-1][rows[:, None] + np.arange(1 - N_INTERVALS, 1) < 0] = np.nan
    shortest, longest = LIMITS_S
    return np.log(np.minimum(np.maximum(recent, shortest), longest))


def lay_steps(recent: NDArray[np.float64]) -> NDArray[np.float32]:
    """Lay intervals out as steps of the LSTM: relative to their median, and the median itself.

    Parameters
    ----------
    recent : (n, 33) float64
        From `take_recent`; at least one interval of each beat is known. Unknown ones count as the
        median.

    Returns
    -------
    (n, 11, 4) float32
    """
    last = recent[:, :-1].copy()
    median = row_medians(last, np.isfinite(last).sum(axis=1))  # faster than `np.nanmedian`
    relative = recent - median[:, None]
    relative[np.isnan(relative)] = 0
    n, n_steps = len(recent), recent.shape[1] // PER_STEP
    steps = np.empty((n, n_steps, PER_STEP + 1), np.float32)
    steps[:, :, :-1] = relative.reshape(n, n_steps, PER_STEP)
    steps[:, :, -1] = (median + MEDIAN_OFFSET)[:, None]
    return steps
