"""The energy of QRS complexes on each lead.

The energy is the slope over 33 ms, squared and summed over 90 ms (Pan and Tompkins 1985, IEEE TBME
32(3):230-236, with a shorter sum): high in a QRS complex, low in T waves and baseline wander. A
value depends on the samples in its reach and on nothing else, to the last bit.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import Signal, extend, sliding_maximum, sliding_sum

#: Half the distance of the two samples of a slope, and length of the sum of squares, in s.
SLOPE_HALF_S, SUM_S = 0.017, 0.09

#: The level of a lead is a low quantile of the maxima of the blocks before: length of a block in s,
#: number of blocks, quantile.
BLOCK_S, LEVEL_BLOCKS, LEVEL_QUANTILE = 1.2, 9, 0.25

#: A block is flat when its maximum is below this share, in amplitude, of the second highest: in a
#: pause the level is that of the beats before it.
FLAT_TOP = 0.05


def energy_reach(rate: float) -> int:
    """Return how many samples on either side the energy of a sample depends on."""
    step, half = _steps(rate)
    return step + half


def slope_energy(lead: Signal, missing: NDArray[np.bool_] | None, rate: float) -> Signal:
    """Sum the squared slopes around each sample.

    Parameters
    ----------
    lead : (n,) float32
        No NaN.
    missing : (n,) bool or None
        Samples that were not recorded; the energy is 0 wherever they have an influence.
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) float32
    """
    reach = energy_reach(rate)
    gap = None if missing is None else extend(missing, reach, False)
    return inner_energy(extend(lead, reach), gap, rate)


def inner_energy(leads: Signal, missing: NDArray[np.bool_] | None, rate: float) -> Signal:
    """Sum the squared slopes around samples whose whole reach is given.

    Parameters
    ----------
    leads : (..., n) float32
        No NaN.
    missing : (..., n) bool or None
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    (..., n - 2 * energy_reach(rate)) float32
    """
    step, half = _steps(rate)
    slope = leads[..., 2 * step :] - leads[..., : -2 * step]
    energy = sliding_sum(slope * slope, 2 * half + 1)
    if missing is not None and missing.any():
        energy[sliding_maximum(missing, 2 * (step + half) + 1)] = 0
    return energy


@cache
def _steps(rate: float) -> tuple[int, int]:
    return max(1, round(SLOPE_HALF_S * rate)), max(1, round(SUM_S * rate) // 2)
