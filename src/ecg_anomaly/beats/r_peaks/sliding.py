"""Sums, maxima and quantiles over neighbouring samples or blocks of samples.

Every result is the same to the last bit wherever the array begins, so that a chunk of a recording
gives what the whole recording gives.
"""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]
Number = TypeVar("Number", np.float32, np.bool_)
Real = TypeVar("Real", np.float32, np.float64)


def extend(values: NDArray[Number], n: int, fill: float | None = None) -> NDArray[Number]:
    """Put `n` more values on either side of a 1-D array: `fill`, or by default the end values.

    The same as ``np.pad``, which takes ten times as long for the blocks of a slab.
    """
    extended = np.empty(len(values) + 2 * n, values.dtype)
    extended[:n] = values[0] if fill is None else fill
    extended[n : n + len(values)] = values
    extended[n + len(values) :] = values[-1] if fill is None else fill
    return extended


def sliding_sum(values: NDArray[Real], width: int) -> NDArray[Real]:
    """Add every `width` neighbours, always in the same order; (..., n) to (..., n - width + 1)."""
    n, start, power = values.shape[-1] - width + 1, 0, 1
    total: NDArray[Real] | None = None
    while width:
        if width & 1:
            piece = values[..., start : start + n]
            total = piece.copy() if total is None else total + piece
            start += power
        width >>= 1
        if width:
            values = values[..., :-power] + values[..., power:]
            power *= 2
    assert total is not None
    return total


def sliding_maximum(values: NDArray[Number], width: int) -> NDArray[Number]:
    """Return the largest of every `width` neighbours; (..., n) to (..., n - width + 1)."""
    power = 1
    while 2 * power <= width:
        values = np.maximum(values[..., :-power], values[..., power:])
        power *= 2
    rest = width - power
    return np.maximum(values[..., :-rest], values[..., rest:]) if rest else values


def take_windows(
    values: NDArray[Any], width: int, first: NDArray[np.intp] | None = None
) -> NDArray[Any]:
    """Copy every `width` neighbours; (..., n) to (..., n - width + 1, width).

    As ``np.lib.stride_tricks.sliding_window_view``, which takes longer for a few values. Where
    `first` is given, (m,) int, only those that begin there: (..., m, width).
    """
    rows = np.arange(values.shape[-1] - width + 1) if first is None else first
    return np.asarray(values[..., rows[:, None] + np.arange(width)])


def masked_quantile(
    rows: Signal, left_out: NDArray[np.bool_], quantile: float | NDArray[np.float64]
) -> Signal:
    """Return the nearest-rank quantile of each row, some values left out.

    Parameters
    ----------
    rows : (m, n) float32
    left_out : (m, n) bool
        True for values that are left out.
    quantile : float or (m,) float64
        Between 0 and 1; one for all rows, or one for each.

    Returns
    -------
    (m,) float32
        0 where all values of a row are left out.
    """
    ordered = np.sort(np.where(left_out, np.float32(np.inf), rows), axis=1)
    used = rows.shape[1] - left_out.sum(axis=1)
    at = np.rint(quantile * np.maximum(used - 1, 0)).astype(int)
    return np.where(used > 0, ordered[np.arange(len(rows)), at], np.float32(0))
