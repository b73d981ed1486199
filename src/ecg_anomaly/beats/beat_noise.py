"""Measure how noisy a lead is around each beat.

All three measures are relative to the lead's own QRS complexes:

* *roughness*: what remains of the lead when everything smooth is removed. Muscle noise is rough all
  the time, a heart in its QRS complexes only.
* *unrest*: the slope of the lead between beats. Electrode motion and fibrillation never rest.
* *likeness*: the correlation of a beat with its neighbours. A fast heart does not rest either, but
  its beats are alike.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_quality import APART_S, BeatNoise
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.r_peaks.lead_energy import (
    BLOCK_S,
    FLAT_TOP,
    LEVEL_BLOCKS,
    LEVEL_QUANTILE,
    slope_energy,
)
from ecg_anomaly.beats.r_peaks.sliding import alive_quantile, take_around

#: Roughness is the median over this number of blocks around a beat: muscles tense for seconds.
ROUGH_BLOCKS = 3

#: Half the distance over which roughness is measured, s: it passes 25 to 40 Hz, and no mains.
ROUGH_STEP_S = 1 / 120

#: Length of a QRS complex with its edges, s. Half of the time between them counts as rest, but no
#: more and no less than these shares of all time.
BUSY_S, REST_SHARE, LEAST_REST_SHARE = 0.2, 0.4, 0.05

#: Beats are compared from this long before to this long after the R peak, s, each with this number
#: of neighbours on either side.
COMPARED_S, NEIGHBOURS = 0.15, 2

#: A block with a larger share of missing samples is left out.
MISSING_SHARE = 0.4

#: The noise of a beat depends on this number of blocks on either side of its own: on the blocks
#: behind its level, on those whose beats say how calm these should be, on one whose edge reaches
#: into them, and on those of the other voters, which are at most `APART_S` away. The same in s.
NOISE_REACH_BLOCKS = 2 * (LEVEL_BLOCKS // 2) + 1 + 4
NOISE_REACH = Reach((NOISE_REACH_BLOCKS + 1) * BLOCK_S, (NOISE_REACH_BLOCKS + 1) * BLOCK_S)

Values = NDArray[np.float32]


def noise_block(fs: float) -> int:
    """Return the number of samples of a block; `measure_noise` wants pieces that begin at one."""
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
        Index of the first sample in the filtered recording, a multiple of `noise_block`.
    centre : (m,) int64
        R peaks in samples of the filtered recording, ascending, inside the piece.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    BeatNoise
        One row per R peak. It depends on no sample beyond `NOISE_REACH`.
    """
    at, size = centre - start, min(noise_block(fs), len(lead))
    n = len(lead) // size
    block = np.minimum(at // size, n - 1)
    energy = slope_energy(lead, missing if missing.any() else None, fs)[: n * size]
    energy, rough = energy.reshape(n, size), _second_difference(lead, fs)[: n * size]
    top = energy.max(axis=1)
    if missing.any():
        top[missing[: n * size].reshape(n, size).mean(axis=1) > MISSING_SHARE] = 0
    tops = take_around(top, LEVEL_BLOCKS)
    dead = tops <= FLAT_TOP**2 * np.partition(tops, -2, axis=1)[:, -2:-1]
    usual = np.sqrt(alive_quantile(tops, dead, LEVEL_QUANTILE))
    # Every fourth sample is enough for a quantile of a block.
    calm = _calmest(np.sort(energy[:, ::4], axis=1), np.bincount(block, minlength=n), size / fs)
    unrest = np.sqrt(alive_quantile(take_around(calm, LEVEL_BLOCKS), dead, 0.5))
    rough = _row_medians(rough.reshape(n, size)[:, ::4])
    alive = take_around(np.ones(n, np.float32), ROUGH_BLOCKS) > 0
    rough = alive_quantile(take_around(rough, ROUGH_BLOCKS), ~alive, 0.5)
    usual = np.maximum(usual, np.finfo(np.float32).tiny)
    rough, unrest = (np.asarray(level / usual, np.float32)[block] for level in (rough, unrest))
    return BeatNoise(centre / fs, rough, unrest, _likeness(lead, at, fs))


def _second_difference(lead: Values, fs: float) -> Values:
    step = max(1, round(ROUGH_STEP_S * fs))
    padded = np.pad(lead, step, mode="edge")
    return np.abs(padded[: -2 * step] + padded[2 * step :] - 2 * lead)


def _row_medians(values: Values) -> Values:
    """Median of each row, as `np.median` of values without NaN.

    Sorting a few dozen values takes a seventh of the time of partitioning them.
    """
    ordered, half = np.sort(values, axis=1), values.shape[1] // 2
    if values.shape[1] % 2:
        return ordered[:, half]
    return np.asarray(ordered[:, half - 1 : half + 1].mean(axis=1), np.float32)


def _calmest(ordered: Values, beats: NDArray[np.intp], block_s: float) -> Values:
    """Energy of the calm part of each block: a smaller part where more beats are around."""
    known = take_around(np.ones(len(beats)), LEVEL_BLOCKS).sum(axis=1)
    per_second = take_around(beats, LEVEL_BLOCKS).sum(axis=1) / (known * block_s)
    share = np.clip((1 - BUSY_S * per_second) / 2, LEAST_REST_SHARE, REST_SHARE)
    rank = (share * ordered.shape[1]).astype(np.intp)
    return np.take_along_axis(ordered, rank[:, None], axis=1)[:, 0]


def _likeness(lead: Values, at: NDArray[np.int64], fs: float) -> Values:
    """Second best correlation of each beat with its neighbours."""
    half = max(1, round(COMPARED_S * fs))
    index = np.clip(at[:, None] + np.arange(-half, half + 1), 0, len(lead) - 1)
    shape = lead.take(index)
    shape = shape - shape.mean(axis=1, keepdims=True)
    shape /= np.sqrt((shape**2).sum(axis=1, keepdims=True)) + np.float32(1e-9)
    found = np.full((2 * NEIGHBOURS, len(at)), -1, np.float32)
    for lag in range(1, NEIGHBOURS + 1):
        alike = (shape[lag:] * shape[:-lag]).sum(axis=1)
        alike[at[lag:] - at[:-lag] > APART_S * fs] = -1
        found[lag - 1, lag:], found[NEIGHBOURS + lag - 1, :-lag] = alike, alike
    return np.sort(found, axis=0)[-2]
