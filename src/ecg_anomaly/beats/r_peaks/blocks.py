"""A signal as blocks: what is usual of the blocks around each, whatever an odd one holds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import Signal


def take_around(values: NDArray[Any], n: int) -> NDArray[Any]:
    """Return a view (..., m, n): row k holds the `n` values around k, 0 where there are none.

    Parameters
    ----------
    values : (..., m) array
        One value per block.
    n : int
        An odd number.
    """
    *others, m = values.shape
    padded = np.zeros((*others, m + n - 1), values.dtype)
    padded[..., n // 2 : n // 2 + m] = values
    return np.lib.stride_tricks.sliding_window_view(padded, n, axis=-1)


def alive_quantile(rows: Signal, dead: NDArray[np.bool_], quantile: float) -> Signal:
    """Take the nearest-rank quantile of each row without what is dead; 0 when all is.

    Parameters
    ----------
    rows : (m, n) float32
    dead : (m, n) bool
        What is left out.
    quantile : float
        Between 0 and 1.

    Returns
    -------
    (m,) float32
    """
    ordered = np.sort(np.where(dead, np.float32(np.inf), rows), axis=1)
    alive = rows.shape[1] - dead.sum(axis=1)
    at = np.rint(quantile * np.maximum(alive - 1, 0)).astype(int)
    return np.where(alive > 0, ordered[np.arange(len(rows)), at], np.float32(0))
