"""Rhythm of a beat, from R peaks up to the next one.

All ratios are natural logarithms, so that half and double are equally far from 0. References look
back only; the one look ahead is the interval to the next beat.
"""

import numpy as np
from numpy.typing import NDArray

#: Intervals outside are gaps or double detections, not heart periods; they are clipped.
RR_LIMITS_S = (0.2, 3.0)

RHYTHM_FEATURES = (
    "rr_previous_to_mean",
    "rr_previous_to_local",
    "rr_next_to_mean",
    "rr_next_to_local",
    "rr_next_to_previous",
    "rr_before_previous_to_mean",
    "rr_irregularity",
    "rr_mean",
)


def compute_rhythm(
    time_s: NDArray[np.float64], mean_rr_s: float, local_beats: int
) -> NDArray[np.float64]:
    """Rhythm features of the beats of one record.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks in s, ascending.
    mean_rr_s : float
        How far the mean RR interval looks back, in s.
    local_beats : int
        How many intervals the local median and the irregularity look back.

    Returns
    -------
    (n, 8) float64
        Columns `RHYTHM_FEATURES`. Where there is no interval (first beat, last beat) the
        ratio is 0, that is "as expected".

    Notes
    -----
    The mean over some minutes resolves what the local median inverts: in a long run of
    premature beats each is as early as its neighbours, and the few normal beats look late.
    """
    if len(time_s) == 0:
        return np.zeros((0, len(RHYTHM_FEATURES)))
    previous = np.clip(np.diff(time_s, prepend=np.nan), *RR_LIMITS_S)
    following = np.append(previous[1:], np.nan)
    mean = _look_back_mean(time_s, previous, mean_rr_s)
    history = _look_back(previous, local_beats)
    local = _median(history)
    changes = _look_back(np.abs(np.diff(np.log(previous), prepend=np.nan)), local_beats)
    columns = [
        np.log(previous / mean),
        np.log(previous / local),
        np.log(following / mean),
        np.log(following / local),
        np.log(following / previous),
        np.log(np.append(np.nan, previous[:-1]) / mean),
        _median(changes),
        np.log(mean),
    ]
    return np.nan_to_num(np.column_stack(columns), nan=0.0)


def _look_back_mean(
    time_s: NDArray[np.float64], rr: NDArray[np.float64], span_s: float
) -> NDArray[np.float64]:
    """Mean of the intervals that ended in the last `span_s` before each beat, its own left out."""
    total = np.concatenate([[0.0], np.cumsum(np.nan_to_num(rr))])
    count = np.concatenate([[0], np.cumsum(np.isfinite(rr))])
    first = np.searchsorted(time_s, time_s - span_s, side="left")
    end = np.arange(len(rr))
    n = count[end] - count[first]
    return np.where(n > 0, (total[end] - total[first]) / np.maximum(n, 1), np.nan)


def _look_back(values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Row k holds the `n` values before k, NaN where there are none."""
    padded = np.concatenate([np.full(n, np.nan), values[:-1]])
    return np.lib.stride_tricks.sliding_window_view(padded, n)


def _median(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(rows).any(axis=1)
    median = np.full(len(rows), np.nan)
    median[known] = np.nanmedian(rows[known], axis=1)
    return median
