"""Where in a QRS complex its R peak is."""

import numpy as np
from numpy.typing import NDArray

#: The R peak lies within so many s of the highest energy.
REACH_S = 0.085

#: It is the largest deflection from the mean over so many s around.
BASELINE_S = 0.17

#: In all the signal so far from the highest energy plays a part.
PLACING_REACH_S = REACH_S + BASELINE_S / 2


def place_r_peaks(
    lead: NDArray[np.float32], centre: NDArray[np.int64], rate: float
) -> NDArray[np.float64]:
    """Place the R peaks of one lead at its largest deflection, up or down.

    On DS1 of MIT-BIH this is where the annotations are (measured by
    `python -m lab.benchmark.measure_r_peaks`); the short baseline keeps the T wave and the ST
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
    reach, half = max(1, round(REACH_S * rate)), max(1, round(BASELINE_S * rate / 2))
    offsets = np.arange(-reach - 1 - half, reach + 2 + half)
    windows = lead[np.clip(centre[:, None] + offsets, 0, len(lead) - 1)].astype(np.float64)
    total = np.zeros((windows.shape[0], windows.shape[1] + 1))
    np.cumsum(windows, axis=1, out=total[:, 1:])
    width = 2 * half + 1
    mean = (total[:, width:] - total[:, :-width]) / width
    deflection = np.abs(windows[:, half : half + mean.shape[1]] - mean)
    best = 1 + deflection[:, 1:-1].argmax(axis=1)
    rows = np.arange(len(centre))
    left, top, right = (deflection[rows, best + step] for step in (-1, 0, 1))
    bend = np.maximum(2 * top - left - right, 1e-12 * (top + 1e-30) + 1e-300)
    shift = np.clip((right - left) / 2 / bend, -0.5, 0.5)
    return np.asarray(best - 1 - reach + shift, dtype=np.float64)
