"""Draw the signal of a lead as an SVG path, with no more points than a reader can see."""

import numpy as np
from numpy.typing import NDArray

#: Units of a path per mm of paper: a unit is 5 µV high and 2 ms long.
UNITS_PER_MM = 20

MM_PER_S, MM_PER_MV = 25.0, 10.0


def thin_trace(lead: NDArray[np.float32], most: int) -> NDArray[np.intp]:
    """Choose the samples to draw: all, or the lowest and the highest of each piece.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude; NaN where nothing was recorded.
    most : int
        Samples at most.

    Returns
    -------
    (m,) int
        Ascending. A piece that is NaN throughout keeps one sample, so that its gap is drawn.
    """
    n = len(lead)
    if n <= most:
        return np.arange(n)
    length = -(-n // max(1, most // 2))
    padded = np.append(lead, np.repeat(lead[-1:], -n % length)).reshape(-1, length)
    gaps = np.isnan(padded)
    lowest = np.where(gaps, np.inf, padded).argmin(axis=1)
    highest = np.where(gaps, -np.inf, padded).argmax(axis=1)
    of_piece = np.sort(np.column_stack([lowest, highest]), axis=1)
    chosen = np.minimum(of_piece + np.arange(len(padded))[:, None] * length, n - 1).ravel()
    return chosen[np.diff(chosen, prepend=-1) > 0]


def draw_trace(lead: NDArray[np.float32], fs: float, most: int) -> str:
    """Draw a lead from its first sample at the origin, at 25 mm/s and 10 mm/mV.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV; the line breaks where it is NaN.
    fs : float
        Sampling rate in Hz.
    most : int
        Points at most.

    Returns
    -------
    str
        Data of a path in units of 1/20 mm, positive amplitudes upwards; ``""`` for no sample.
    """
    at = thin_trace(lead, most)
    known = np.isfinite(lead[at])
    if not known.any():
        return ""
    x = np.rint(at / fs * MM_PER_S * UNITS_PER_MM).astype(np.int64)
    y = np.rint(-np.where(known, lead[at], 0) * MM_PER_MV * UNITS_PER_MM).astype(np.int64)
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False))
    pairs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return "".join(_draw_run(x[a:b], y[a:b]) for a, b in pairs)


def _draw_run(x: NDArray[np.int64], y: NDArray[np.int64]) -> str:
    steps = np.column_stack([np.diff(x), np.diff(y)]).ravel().tolist()
    line = f"l{' '.join(['%d'] * len(steps)) % tuple(steps)}" if steps else "h1"
    return f"M{x[0]} {y[0]}{line}".replace(" -", "-")
