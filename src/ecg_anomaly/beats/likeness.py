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
    half = max(1, round(COMPARED_S * fs))
    shape = windows_around(lead, at[low:], np.arange(-half, half + 1))
    # `mean` and `sum` take longer, for the same values.
    shape -= np.add.reduce(shape, axis=1, keepdims=True) / np.float32(shape.shape[1])
    length = np.sqrt(np.add.reduce(shape * shape, axis=1, keepdims=True))
    shape /= length + np.float32(1e-9)
    rows, near = beats_before(at, own, NEIGHBOURS, NEIGHBOURS_S * fs)
    found = np.full(rows.shape, -1, np.float32)
    found[new, :2] = 1
    correlation = np.einsum("ij,ikj->ik", shape[own - low], shape[np.maximum(rows - low, 0)])
    np.copyto(found, correlation, where=near)
    found.sort(axis=1)
    return found[:, -2]
