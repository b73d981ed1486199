"""What the values of the last few beats, or of the last minutes, have in common."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.medians import row_medians, row_quantiles

#: Values whose quantiles are taken together.
BATCH_VALUES = 100_000


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


def running_range(
    ratio: NDArray[np.float64],
    first: NDArray[np.intp],
    end: NDArray[np.intp],
    step: int,
    since: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take the 10 % and the 90 % quantile of what each beat looks back at.

    Parameters
    ----------
    ratio : (n,) float64
        NaN where unknown; where nothing is known the quantiles are 0.
    first, end : (n,) int
        From `history_bounds`.
    step : int
        Quantiles are renewed every so many beats.
    since : int
        Beats at the start that are looked back at and not asked for.

    Returns
    -------
    low, high : (n - since,) float64
    """
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


def recent_median(rows: NDArray[np.float64], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the median of what is known in each row; `otherwise` where nothing is."""
    finite = np.count_nonzero(np.isfinite(rows), axis=1)
    return np.where(finite > 0, row_medians(rows, np.maximum(finite, 1)), otherwise)


def spread(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the standard deviation of what is known in each row; 0 where nothing is."""
    rows[~np.isfinite(rows).any(axis=1)] = 0
    return np.asarray(np.nanstd(rows, axis=1))


def last_values(values: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Row k holds the `n` values before k; the first row holds its own value."""
    padded = np.concatenate([np.full(n, np.nan), values[:-1]])
    rows = np.lib.stride_tricks.sliding_window_view(padded, n).copy()
    rows[0, -1:] = values[:1]
    return rows
