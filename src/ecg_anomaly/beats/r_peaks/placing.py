"""Place the R peak of a beat at the largest deflection near the maximum of its energy."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

#: The R peak lies at most this long before, and after, the highest energy, in s.
BEFORE_S, AFTER_S = 0.06, 0.08

#: It is the largest deflection from the mean over this time around it, in s.
BASELINE_S = 0.16


@cache
def placing_reach(rate: float) -> tuple[int, int]:
    """Return how many samples before and after the highest energy an R peak depends on."""
    (before, after), half = placing_span(rate), _baseline(rate)
    return before + 1 + half, after + 1 + half


@cache
def placing_span(rate: float) -> tuple[int, int]:
    """Return how many samples the R peak lies before and after the highest energy at most."""
    return max(1, round(BEFORE_S * rate)), max(1, round(AFTER_S * rate))


def place_r_peaks(
    lead: NDArray[np.float32], centre: NDArray[np.int64], rate: float
) -> NDArray[np.float64]:
    """Place the R peaks of one lead at its largest deflection, up or down.

    On DS1 of MIT-BIH this is where the annotations are (measured by
    `python -m lab.r_peaks`); the short baseline keeps the T wave and the ST
    segment of a wide beat from being the largest.

    Parameters
    ----------
    lead : (n,) float32
        No NaN.
    centre : (m,) int64
        Samples of highest energy.
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    (m,) float64
        Samples from `centre` to the R peak, in fractions by a parabola through the three highest.
    """
    before, after = placing_reach(rate)
    index = centre[:, None] + np.arange(-before, after + 1)
    return place_in_windows(lead[np.clip(index, 0, len(lead) - 1)], rate)


def place_in_windows(windows: NDArray[np.float32], rate: float) -> NDArray[np.float64]:
    """Place an R peak in each of some windows, as `place_r_peaks` does.

    Parameters
    ----------
    windows : (m, n) float32
        From `placing_reach` before the highest energy to `placing_reach` after it.
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    (m,) float64
    """
    before, half = placing_span(rate)[0], _baseline(rate)
    windows = windows.astype(np.float64)
    total = np.zeros((windows.shape[0], windows.shape[1] + 1))
    windows.cumsum(axis=1, out=total[:, 1:])
    width = 2 * half + 1
    mean = (total[:, width:] - total[:, :-width]) / width
    deflection = np.abs(windows[:, half : half + mean.shape[1]] - mean)
    best = 1 + deflection[:, 1:-1].argmax(axis=1)
    rows = np.arange(len(windows))
    left, top, right = (deflection[rows, best + step] for step in (-1, 0, 1))
    bend = np.maximum(2 * top - left - right, 1e-12 * (top + 1e-30) + 1e-300)
    shift = np.clip((right - left) / 2 / bend, -0.5, 0.5)
    return np.asarray(best - 1 - before + shift, dtype=np.float64)


def _baseline(rate: float) -> int:
    return max(1, round(BASELINE_S * rate / 2))
