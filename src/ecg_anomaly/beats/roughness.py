"""Measure what remains of a lead when everything smooth is removed, as muscle noise does."""

import numpy as np

from ecg_anomaly.beats.readability import Values

#: Half the distance over which roughness is measured, s: it passes 25 to 40 Hz, and no mains.
ROUGH_STEP_S = 1 / 120


def inner_roughness(leads: Values, fs: float) -> Values:
    """Return what remains of leads when everything smooth is removed.

    Parameters
    ----------
    leads : (..., n) float32
        They begin and end `roughness_reach` before and after the samples that are asked for.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (..., n - 2 * roughness_reach(fs)) float32
    """
    step = roughness_reach(fs)
    return np.abs(leads[..., : -2 * step] + leads[..., 2 * step :] - 2 * leads[..., step:-step])


def roughness_reach(fs: float) -> int:
    """Return how many samples on either side the roughness of a sample depends on."""
    return max(1, round(ROUGH_STEP_S * fs))
