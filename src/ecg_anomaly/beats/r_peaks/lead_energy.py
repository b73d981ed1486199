"""The energy of QRS complexes on each lead, and on all leads together.

The energy is the slope over 33 ms, squared and summed over 90 ms (Pan and Tompkins 1985, IEEE TBME
32(3):230-236, with a shorter sum): high in a QRS complex, low in T waves and baseline wander.

The energy of each lead is divided by that of its own recent QRS complexes and weighted by how far
they stand above what lies between them, so a noisy or disconnected lead counts little. A value
depends on the samples in its reach and on nothing else, to the last bit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import (
    Signal,
    alive_quantile,
    extend,
    sliding_maximum,
    sliding_sum,
    take_around,
)

#: Half the distance of the two samples of a slope, and length of the sum of squares, in s.
SLOPE_HALF_S, SUM_S = 0.017, 0.09

#: The level of a lead is a low quantile of the maxima of the blocks around: length of a block in s,
#: number of blocks, quantile.
BLOCK_S, LEVEL_BLOCKS, LEVEL_QUANTILE = 1.2, 9, 0.25

#: In a slow heart some blocks hold only P and T waves. So the level is at least this share, in
#: amplitude, of the same quantile of the maxima of this number of blocks in a row.
SLOW_SHARE, SLOW_BLOCKS = 0.6, 3

#: A block is left out when more than this share of it is missing, or when its maximum is below this
#: share of the second highest around: in a pause the level is that of the beats on either side.
MISSING_SHARE, FLAT_TOP = 0.4, 0.05

#: Share of a block that is calm, without a QRS complex.
CALM_SHARE = 0.4

#: Ratio of level to calm at which a lead is noise without beats, and from which on it is clean.
NOISE_RATIO, CLEAN_RATIO = 1.5, 30.0

#: Weight of a lead that is all noise, and level relative to the best lead below which it is off.
LEAST_WEIGHT, OFF_LEVEL = 0.02, 0.03

_TINY = np.float32(1e-30)


@dataclass(frozen=True)
class LeadLevels:
    """Weight of each lead in each block, and the noise of all leads together.

    Attributes
    ----------
    weight : (n_blocks, n_leads) float32
        Share of each lead in the joint energy; a row sums to 1, or is 0 where no lead has a signal.
    scale : (n_blocks, n_leads) float32
        Weight divided by level, in 1 / energy.
    noise : (n_blocks,) float32
        Root of the joint energy of calm signal, 1 being a QRS complex.
    """

    weight: Signal
    scale: Signal
    noise: Signal


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
    step = max(1, round(SLOPE_HALF_S * rate))
    half = max(1, round(SUM_S * rate) // 2)
    padded = extend(lead, step + half)
    slope = padded[2 * step :] - padded[: -2 * step]
    energy = sliding_sum(slope * slope, 2 * half + 1)
    if missing is not None and missing.any():
        reach = step + half
        energy[sliding_maximum(extend(missing, reach, False), 2 * reach + 1)] = 0
    return energy


def measure_levels(
    energies: list[Signal], missing: list[NDArray[np.bool_] | None], size: int
) -> LeadLevels:
    """Measure the level of each lead and its weight, in blocks of `size` samples.

    Parameters
    ----------
    energies : list of (n,) float32
        One per lead, from `slope_energy`; samples after the last whole block are left out.
    missing : list of (n,) bool or None
        Where each lead was not recorded; None for a lead without gaps.
    size : int
        Samples per block, at most n.
    """
    pairs = [_measure_lead(e, gap, size) for e, gap in zip(energies, missing, strict=True)]
    level, calm = (np.column_stack(columns) for columns in zip(*pairs, strict=True))
    ratio = np.sqrt(level / np.maximum(calm, _TINY))
    weight = np.clip(ratio - NOISE_RATIO, LEAST_WEIGHT, CLEAN_RATIO) ** 2
    alive = level > np.maximum(OFF_LEVEL**2 * level.max(axis=1, keepdims=True), _TINY)
    weight = np.where(alive, weight, 0)
    weight = (weight / np.maximum(weight.sum(axis=1, keepdims=True), _TINY)).astype(np.float32)
    scale = weight / np.maximum(level, _TINY)
    noise = np.sqrt((scale * calm).sum(axis=1))
    return LeadLevels(weight, scale.astype(np.float32), noise.astype(np.float32))


def join_leads(
    energies: list[Signal], missing: list[NDArray[np.bool_] | None], levels: LeadLevels, size: int
) -> Signal:
    """Return the weighted mean of the leads' energies, 1 being a usual QRS complex.

    Where a lead is missing, the others take over its weight.

    Returns
    -------
    (n,) float32
    """
    joint = np.zeros_like(energies[0])
    absent = np.zeros_like(joint) if any(gap is not None for gap in missing) else None
    for lead, energy in enumerate(energies):
        joint += energy * _spread(levels.scale[:, lead], size, len(joint))
        gap = missing[lead]
        if absent is not None and gap is not None:
            absent += gap * _spread(levels.weight[:, lead], size, len(joint))
    if absent is not None:
        joint /= np.maximum(1 - absent, np.float32(1e-3))
    return joint


def _measure_lead(
    energy: Signal, missing: NDArray[np.bool_] | None, size: int
) -> tuple[Signal, Signal]:
    """Measure level and calm of each block, from blocks around it that are not missing or flat."""
    n = len(energy) // size
    blocks = energy[: n * size].reshape(n, size)
    top = blocks.max(axis=1)
    # Every fourth sample is enough for a quantile of a block.
    some = np.sort(blocks[:, ::4], axis=1)
    calm = some[:, int(CALM_SHARE * some.shape[1])]
    if missing is not None:
        unknown = missing[: n * size].reshape(n, size).mean(axis=1) > MISSING_SHARE
        top = np.where(unknown, np.float32(0), top)
    slow = sliding_maximum(extend(top, SLOW_BLOCKS // 2, 0), SLOW_BLOCKS)
    tops, slows, calms = take_around(np.stack([top, slow, calm]), LEVEL_BLOCKS)
    flat = FLAT_TOP**2 * np.partition(tops, -2, axis=1)[:, -2:-1]
    level = alive_quantile(tops, tops <= flat, LEVEL_QUANTILE)
    least = np.float32(SLOW_SHARE**2) * alive_quantile(slows, slows <= flat, LEVEL_QUANTILE)
    return np.maximum(level, least), alive_quantile(calms, tops <= flat, 0.5)


def _spread(values: Signal, size: int, n: int) -> Signal:
    """Repeat the value of each block for its samples, that of the last block to the end."""
    spread = np.empty(n, values.dtype)
    whole = len(values) * size
    spread[:whole].reshape(-1, size)[:] = values[:, None]
    spread[whole:] = values[-1]
    return spread
