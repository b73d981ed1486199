"""Measure the level of QRS complexes and of noise on each lead, and weigh the leads by both.

The energy of each lead is divided by that of its own QRS complexes of the last seconds and weighted
by their ratio to the background between them, so a noisy or disconnected lead has little weight.
All is measured in blocks of 1.2 s, and applies to the block that follows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.lead_energy import FLAT_TOP, LEVEL_BLOCKS, LEVEL_QUANTILE
from ecg_anomaly.beats.r_peaks.sliding import (
    Signal,
    masked_quantile,
    sliding_maximum,
    take_windows,
)

#: In a slow heart some blocks hold only P and T waves. So the level is at least this share, in
#: amplitude, of the same quantile of the maxima of this number of blocks in a row, none missing.
SLOW_SHARE, SLOW_BLOCKS = 0.6, 3

#: A level depends on this number of blocks before its own.
BACK_BLOCKS = LEVEL_BLOCKS + SLOW_BLOCKS - 1

#: Fewest blocks before its own that a level is measured from. At the start of a recording, and
#: where every lead returns after a gap, there are fewer: there a level also depends on its own
#: block and the next ones, as many as are lacking.
ENOUGH_BLOCKS = 4

#: A block is left out when more than this share of it is missing, or when it is flat.
MISSING_SHARE = 0.4

#: The background of a block, the energy between its QRS complexes, is this quantile of its energy.
#: That of a lead is the median over blocks, and at least the second share of the background of the
#: block before, which shows noise that has just begun.
BACKGROUND_QUANTILE, LATEST_SHARE = 0.4, 0.25

#: Ratio of level to background, in amplitude: of a lead of noise alone, and of a clean lead.
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
        Root of the joint energy of the background, 1 being a QRS complex.
    """

    weight: Signal
    scale: Signal
    noise: Signal


def summarise_blocks(energy: Signal, missing: NDArray[np.bool_] | None, size: int) -> Signal:
    """Measure the highest and the background energy of each block of each lead.

    Parameters
    ----------
    energy : (n_leads, n_blocks * size) float32
    missing : (n_leads, n_blocks * size) bool or None
        Where each lead was not recorded.
    size : int
        Samples per block.

    Returns
    -------
    (2, n_leads, n_blocks) float32
        Top and background; the top of a block that is missing is 0.
    """
    blocks = energy.reshape(len(energy), -1, size)
    top = blocks.max(axis=2)
    # Every fourth sample is enough for a quantile of a block.
    some = np.sort(blocks[:, :, ::4], axis=2)
    background = some[:, :, int(BACKGROUND_QUANTILE * some.shape[2])]
    if missing is not None:
        top[missing.reshape(blocks.shape).mean(axis=2) > MISSING_SHARE] = 0
    return np.stack([top, background])


def measure_levels(
    summary: Signal, wanted: NDArray[np.intp] | None = None
) -> tuple[LeadLevels, NDArray[np.int64]]:
    """Measure the level of each lead in each block, and its weight.

    Parameters
    ----------
    summary : (2, n_leads, BACK_BLOCKS + n + ENOUGH_BLOCKS - 1) float32
        From `summarise_blocks`, 0 where there is no block: the n blocks, those before the first
        and those after the last that their levels may depend on.
    wanted : (m,) int, optional
        Which of the n blocks are measured; all by default.

    Returns
    -------
    levels : LeadLevels
        Of the m blocks.
    ahead : (m,) int64
        Number of blocks from its own on that a level depends on.
    """
    first = SLOW_BLOCKS - 1
    measures = np.empty((3, *summary.shape[1:-1], summary.shape[-1] - first), np.float32)
    measures[::2] = summary[:, :, first:]
    absent = sliding_maximum(summary[0] <= 0, SLOW_BLOCKS)
    measures[1] = np.where(absent, np.float32(0), sliding_maximum(summary[0], SLOW_BLOCKS))
    around = take_windows(measures, LEVEL_BLOCKS + ENOUGH_BLOCKS, wanted)
    past = around[..., :LEVEL_BLOCKS]
    left_out = past[0] <= _flat(past[0])
    ahead = np.maximum(ENOUGH_BLOCKS - (~left_out).sum(axis=2).max(axis=0), 0)
    if ahead.any():
        used = np.arange(around.shape[-1]) < LEVEL_BLOCKS + ahead[:, None]
        past = np.where(used, around, np.float32(0))
        left_out = past[0] <= _flat(past[0])
    masks = np.array([left_out, left_out | (past[1] <= 0), left_out])
    rows = past.reshape(-1, past.shape[-1]), masks.reshape(-1, past.shape[-1])
    quantiles = np.repeat([LEVEL_QUANTILE, LEVEL_QUANTILE, 0.5], left_out[..., 0].size)
    top, slow, background = masked_quantile(*rows, quantiles).reshape(past.shape[:-1])
    latest = np.where(left_out, np.float32(0), past[2])[..., LEVEL_BLOCKS - 1]
    level = np.maximum(top, np.float32(SLOW_SHARE**2) * slow)
    background = np.maximum(background, np.float32(LATEST_SHARE) * latest)
    return _weigh(level, background), ahead


def _flat(tops: Signal) -> Signal:
    """Return the energy, in each row, of which a block is left out."""
    return FLAT_TOP**2 * np.partition(tops, -2, axis=-1)[..., -2:-1]


def _weigh(level: Signal, background: Signal) -> LeadLevels:
    """Weigh the leads of each block; both arguments ``(n_leads, n)``."""
    ratio = np.sqrt(level) / np.sqrt(np.maximum(background, _TINY))
    weight = np.clip(ratio - NOISE_RATIO, LEAST_WEIGHT, CLEAN_RATIO) ** 2
    alive = level > np.maximum(OFF_LEVEL**2 * level.max(axis=0), _TINY)
    weight = np.where(alive, weight, np.float32(0))
    weight /= np.maximum(weight.sum(axis=0), _TINY)
    scale = weight / np.maximum(level, _TINY)
    noise = np.sqrt((scale * background).sum(axis=0))
    single = np.float32
    return LeadLevels(weight.T.astype(single), scale.T.astype(single), noise.astype(single))
