"""Compare the QRS complexes of a lead with those of the beats before them."""

import numpy as np
from numpy.typing import NDArray

#: Beats are compared from this long before to this long after the R peak, s, with this number of
#: beats before them, within this time in s.
COMPARED_S, NEIGHBOURS, NEIGHBOURS_S = 0.15, 8, 10.0

Values = NDArray[np.float32]


def windows_around(values: Values, at: NDArray[np.int64], offsets: NDArray[np.int64]) -> Values:
    """Take the values around each beat.

    Parameters
    ----------
    values : (n,) float32
    at : (m,) int64
        R peaks.
    offsets : (k,) int64
        Places from the R peak.

    Returns
    -------
    (m, k) float32
        Beyond the ends the values at the ends.
    """
    return values.take(at[:, None] + offsets, mode="clip")


def beats_before(
    at: NDArray[np.int64], own: NDArray[np.intp], n: int, within: float
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Find the beats before each of some.

    Parameters
    ----------
    at : (n_beats,) int64
        R peaks, ascending.
    own : (m,) int
        Rows of the beats that are looked back from.
    n : int
        Number of beats before each.
    within : float
        Beats that are more samples before are not near.

    Returns
    -------
    rows : (m, n) int
        The beat just before comes first; 0 for a beat that does not exist.
    near : (m, n) bool
    """
    rows = own[:, None] - np.arange(1, n + 1)
    near = rows >= 0
    np.maximum(rows, 0, out=rows)
    near &= at[own, None] - at[rows] <= within
    return rows, near


def measure_likeness(
    lead: Values,
    at: NDArray[np.int64],
    own: NDArray[np.intp],
    new: NDArray[np.bool_],
    fs: float,
) -> Values:
    """Measure how much each of some beats resembles those before it.

    Parameters
    ----------
    lead : (n,) float32
        Filtered, any unit.
    at : (n_beats,) int64
        R peaks in samples of the lead, ascending.
    own : (m,) int
        Rows of the beats that are compared, consecutive.
    new : (m,) bool
        True for beats before which little is known: one that has fewer than two before it is taken
        to be like those that are lacking.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (m,) float32
        Second best correlation, -1 without two beats before.
    """
    low = max(0, int(own[0]) - NEIGHBOURS) if len(own) else 0
    shape = take_shapes(lead, at[low:], fs)
    rows, near = beats_before(at, own, NEIGHBOURS, NEIGHBOURS_S * fs)
    return compare_shapes(shape[own - low], shape[np.maximum(rows - low, 0)], near, new)


def take_shapes(lead: Values, at: NDArray[np.int64], fs: float) -> Values:
    """Take the QRS complexes of beats, without their mean and of length 1 each.

    Parameters
    ----------
    lead : (n,) float32
    at : (m,) int64
        R peaks in samples of the lead.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (m, k) float32
        Rows whose product is the correlation of two beats.
    """
    half = shape_half(fs)
    return unit_shapes(windows_around(lead, at, np.arange(-half, half + 1)))


def shape_half(fs: float) -> int:
    """Return how many samples before and after the R peak are compared."""
    return max(1, round(COMPARED_S * fs))


def unit_shapes(shape: Values) -> Values:
    """Take the mean from rows (m, k) float32, in place, and make their length 1."""
    # `mean` and `sum` take longer, for the same values.
    shape -= np.add.reduce(shape, axis=1, keepdims=True) / np.float32(shape.shape[1])
    length = np.sqrt(np.add.reduce(shape * shape, axis=1, keepdims=True))
    shape /= length + np.float32(1e-9)
    return shape


def compare_shapes(
    own: Values, before: Values, near: NDArray[np.bool_], new: NDArray[np.bool_] | None = None
) -> Values:
    """Return the second best correlation of each beat with those before it, as `measure_likeness`.

    Parameters
    ----------
    own : (m, k) float32
        From `take_shapes`.
    before : (m, n, k) float32
        Those of the beats before each.
    near : (m, n) bool
        False for beats that do not count.
    new : (m,) bool, optional
        As for `measure_likeness`; by default none is.

    Returns
    -------
    (m,) float32
    """
    found = np.full(near.shape, -1, np.float32)
    if new is not None:
        found[new, :2] = 1
    np.copyto(found, np.einsum("ij,ikj->ik", own, before), where=near)
    found.sort(axis=1)
    return found[:, -2]
