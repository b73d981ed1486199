"""Medians, quantiles and spreads of the last beats or minutes, for all beats of a record at once.

``np.median`` and ``np.partition`` walk row by row; ``np.sort`` sorts short contiguous rows with
vector instructions and is ten times faster for rows of a few dozen values.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def middle_values(
    rows: NDArray[Any], counts: NDArray[np.intp]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Find the two middle values of each row, which are one for an odd count.

    Parameters
    ----------
    rows : (..., n) float
        Sorted in place; NaN counts as larger than everything.
    counts : (...) int, broadcast against the rows
        Values from the small end that count, at least 1.

    Returns
    -------
    low, high : (...) float
    """
    rows.sort(axis=-1)
    shape = rows.shape[:-1]
    most = rows.shape[-1]
    if counts.size and (counts == most).all():
        return rows[..., (most - 1) // 2], rows[..., most // 2]
    index = np.broadcast_to(counts, shape)[..., None]
    low, high = (np.take_along_axis(rows, at, axis=-1) for at in ((index - 1) // 2, index // 2))
    return low[..., 0], high[..., 0]


def row_medians(rows: NDArray[Any], counts: NDArray[np.intp]) -> NDArray[Any]:
    """Take the median of the `counts` smallest values of each row, as `middle_values` does."""
    low, high = middle_values(rows, counts)
    return (low + high) / 2


def row_quantiles(
    rows: NDArray[np.float64], counts: NDArray[np.intp], share: float
) -> NDArray[np.float64]:
    """Quantile of each row by linear interpolation, as ``np.quantile`` has it.

    Parameters
    ----------
    rows : (n_rows, n) float64
        Already sorted.
    counts : (n_rows,) int
        Values from the small end that count, at least 1.
    share : float
        Between 0 and 1.
    """
    place = share * (counts - 1)
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, counts - 1)
    low, high = (np.take_along_axis(rows, at[:, None], axis=1)[:, 0] for at in (below, above))
    part = place - below
    step = high - low
    return np.where(part < 0.5, low + step * part, high - step * (1 - part))


def recent_median(rows: NDArray[np.float64], otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the median of the finite values of ``(n_rows, n)`` rows; `otherwise` without any."""
    finite = np.isfinite(rows).sum(axis=1)
    return np.where(finite > 0, row_medians(rows, np.maximum(finite, 1)), otherwise)


def spread(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Take the standard deviation of ``(n_rows, n)`` rows, NaN left out, (n_rows,); 0 for none.

    It is that of ``np.nanstd``, which takes five times as long for a few rows.
    """
    known = ~np.isnan(rows)
    number = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, rows, 0.0).sum(axis=1) / number
    far = np.where(known, rows - mean[:, None], 0.0)
    return np.asarray(np.sqrt((far * far).sum(axis=1) / number))
