"""How steep a lead is around each moment: high in a QRS complex, low elsewhere.

The slope over 33 ms, squared and summed over 90 ms (Pan and Tompkins 1985, IEEE TBME
32(3):230-236, with a shorter sum), leaves little of T waves and baseline wander.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import Signal, extend, sliding_maximum, sliding_sum

#: Half the distance of the two samples of a slope, and length of the sum of squares, in s.
SLOPE_HALF_S, SUM_S = 0.017, 0.09


def slope_energy(lead: Signal, missing: NDArray[np.bool_] | None, rate: float) -> Signal:
    """Sum of squared slopes around each sample.

    Parameters
    ----------
    lead : (n,) float32
        No NaN.
    missing : (n,) bool or None
        Samples that were not recorded: what they reach gets 0.
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) float32
    """
    step = max(1, round(SLOPE_HALF_S * rate))
    half = max(1, round(SUM_S * rate) // 2)
    padded = extend(lead, step + half)
    slope = padded[2 * step :] - padded[: -2 * step]
    energy = sliding_sum(slope * slope, 2 * half + 1)
    if missing is not None and missing.any():
        reach = step + half
        energy[sliding_maximum(extend(missing, reach, False), 2 * reach + 1)] = 0
    return energy
