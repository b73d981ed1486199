"""How noisy a lead is around each beat, in units of its own QRS complexes.

Three measures. *Roughness* is what is left of the lead when all that is smooth is taken away:
muscle noise has it everywhere, a heart in its QRS complexes alone. *Unrest* is the slope where the
heart should rest: electrode motion is never still, nor is fibrillation. A fast heart does not rest
either, but its beats are alike: that is *likeness*.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.noise_reasons import APART_S, BeatNoise
from ecg_anomaly.beats.r_peaks.blocks import alive_quantile, take_around
from ecg_anomaly.beats.r_peaks.lead_levels import BLOCK_S, FLAT_TOP, LEVEL_BLOCKS, LEVEL_QUANTILE
from ecg_anomaly.beats.r_peaks.slope_energy import slope_energy

#: Blocks around a beat whose roughness is looked at: muscles tense for some seconds.
ROUGH_BLOCKS = 3

#: Half the distance over which roughness is measured, s: it passes 25 to 40 Hz, and no mains.
ROUGH_STEP_S = 1 / 120

#: A QRS complex with its edges; half of the time between them is rest, 40 % of all time at most.
BUSY_S, REST_SHARE, LEAST_REST_SHARE = 0.2, 0.4, 0.05

#: Beats are compared from so long before to so long after the R peak, with so many on either side.
COMPARED_S, NEIGHBOURS = 0.15, 2

#: A block with a larger share of missing samples says nothing.
MISSING_SHARE = 0.4

#: So many blocks on either side of its own play a part in the noise of a beat: those of its level,
#: one whose edge reaches into it, and those of the other voters at any usual rate; the same in s.
NOISE_REACH_BLOCKS = LEVEL_BLOCKS // 2 + 1 + 4
NOISE_REACH_S = (NOISE_REACH_BLOCKS + 1) * BLOCK_S

Values = NDArray[np.float32]


def noise_block(fs: float) -> int:
    """Count the samples of a block; a piece for `measure_noise` begins at a multiple of it."""
    return round(BLOCK_S * fs)


def measure_noise(
    lead: Values, missing: NDArray[np.bool_], start: int, centre: NDArray[np.int64], fs: float
) -> BeatNoise:
    """Measure the noise around the beats of a piece of a lead.

    Parameters
    ----------
    lead : (n,) float32
        Filtered, in mV or any other unit, no NaN.
    missing : (n,) bool
        Where nothing was recorded.
    start : int
        Place of the first sample in the filtered recording, a multiple of `noise_block`.
    centre : (m,) int64
        R peaks in samples of the filtered recording, ascending, inside the piece.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    BeatNoise
        Of all beats. What lies further away than `NOISE_REACH_S` has no part in it.
    """
    at, size = centre - start, min(noise_block(fs), len(lead))
    n = len(lead) // size
    block = np.minimum(at // size, n - 1)
    energy = slope_energy(lead, missing if missing.any() else None, fs)[: n * size]
    energy, rough = energy.reshape(n, size), _second_difference(lead, fs)[: n * size]
    top = energy.max(axis=1)
    top[missing[: n * size].reshape(n, size).mean(axis=1) > MISSING_SHARE] = 0
    tops = take_around(top, LEVEL_BLOCKS)
    dead = tops <= FLAT_TOP**2 * np.partition(tops, -2, axis=1)[:, -2:-1]
    usual = np.sqrt(alive_quantile(tops, dead, LEVEL_QUANTILE))
    # A fourth of the samples says as well what half of a block stays below.
    calm = _calmest(np.sort(energy[:, ::4], axis=1), np.bincount(block, minlength=n), size / fs)
    unrest = np.sqrt(alive_quantile(take_around(calm, LEVEL_BLOCKS), dead, 0.5))
    rough = np.median(rough.reshape(n, size)[:, ::4], axis=1)
    alive = take_around(np.ones(n, np.float32), ROUGH_BLOCKS) > 0
    rough = alive_quantile(take_around(rough, ROUGH_BLOCKS), ~alive, 0.5)
    usual = np.maximum(usual, np.finfo(np.float32).tiny)
    rough, unrest = (np.asarray(level / usual, np.float32)[block] for level in (rough, unrest))
    return BeatNoise(centre / fs, rough, unrest, _likeness(lead, at, fs))


def _second_difference(lead: Values, fs: float) -> Values:
    step = max(1, round(ROUGH_STEP_S * fs))
    padded = np.pad(lead, step, mode="edge")
    return np.abs(padded[: -2 * step] + padded[2 * step :] - 2 * lead)


def _calmest(ordered: Values, beats: NDArray[np.intp], block_s: float) -> Values:
    """Energy below which a block is at rest, the shorter the more beats there are around."""
    known = take_around(np.ones(len(beats)), LEVEL_BLOCKS).sum(axis=1)
    per_second = take_around(beats, LEVEL_BLOCKS).sum(axis=1) / (known * block_s)
    share = np.clip((1 - BUSY_S * per_second) / 2, LEAST_REST_SHARE, REST_SHARE)
    rank = (share * ordered.shape[1]).astype(np.intp)
    return np.take_along_axis(ordered, rank[:, None], axis=1)[:, 0]


def _likeness(lead: Values, at: NDArray[np.int64], fs: float) -> Values:
    """Second best correlation of each beat with its neighbours."""
    half = max(1, round(COMPARED_S * fs))
    index = np.clip(at[:, None] + np.arange(-half, half + 1), 0, len(lead) - 1)
    shape = lead[index]
    shape = shape - shape.mean(axis=1, keepdims=True)
    shape /= np.sqrt((shape**2).sum(axis=1, keepdims=True)) + np.float32(1e-9)
    found = np.full((2 * NEIGHBOURS, len(at)), -1, np.float32)
    for lag in range(1, NEIGHBOURS + 1):
        alike = (shape[lag:] * shape[:-lag]).sum(axis=1)
        alike[at[lag:] - at[:-lag] > APART_S * fs] = -1
        found[lag - 1, lag:], found[NEIGHBOURS + lag - 1, :-lag] = alike, alike
    return np.sort(found, axis=0)[-2]
