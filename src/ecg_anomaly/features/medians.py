"""Medians of many short rows at once.

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
    """Median of the `counts` smallest values of each row; `rows` is sorted in place."""
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
