"""Sums over the samples of a window, for many beats at once, such as the distance from a template.

BLAS adds up a product of matrices in an order that depends on their shapes and on the processor: a
beat described alone would differ in its last digits from the same beat among others. Beats are
therefore laid out in blocks of a fixed size, which give products of one shape.
"""

from functools import cache
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow

Number = TypeVar("Number", np.float32, np.float64)

#: Beats of a block. A multiple of what any processor computes side by side, and still few enough
#: that a lone beat, which takes a whole block, is quick.
BLOCK_BEATS = 32


def lay_in_blocks(
    waves: NDArray[np.floating], dtype: type[Number] | np.dtype[Number]
) -> NDArray[Number]:
    """Lay beats along the last axes: long rows of beats are fast.

    Parameters
    ----------
    waves : (n, time, n_leads)
        Part of the window of each beat.
    dtype : float32 or float64
        Of the result.

    Returns
    -------
    (n_leads, time, n_blocks, BLOCK_BEATS)
        The last block is filled up with zeros.
    """
    n, length, n_leads = waves.shape
    n_blocks = -(-n // BLOCK_BEATS)
    rows = np.empty((n_leads, length, n_blocks * BLOCK_BEATS), dtype)
    rows[:, :, :n] = waves.T
    rows[:, :, n:] = 0
    return rows.reshape(n_leads, length, n_blocks, BLOCK_BEATS)


def weigh_samples(weights: NDArray[Number], blocks: NDArray[Number]) -> NDArray[Number]:
    """Take weighted sums over time of each beat.

    Parameters
    ----------
    weights : (m, time)
        One row for each sum.
    blocks : (n_leads, time, n_blocks, beats)
        Blocks of equally many beats.

    Returns
    -------
    (n_leads, m, n_blocks, beats)
    """
    return np.asarray((weights @ blocks.swapaxes(1, 2)).swapaxes(1, 2))


def add_products(one: NDArray[Number], other: NDArray[Number]) -> NDArray[Number]:
    """Add up products over time: ``(n_leads, time, ...)`` to ``(n_leads, ...)``."""
    return np.asarray(np.einsum("lt...,lt...->l...", one, other))


def per_beat(values: NDArray[Any], n: int) -> NDArray[Any]:
    """Take the n beats out of their blocks: ``(..., n_blocks, BLOCK_BEATS)`` to ``(n, ...)``.

    The other axes come in reverse order.
    """
    return values.reshape(*values.shape[:-2], -1).T[:n]


@cache
def part_weights(window: BeatWindow) -> NDArray[np.float32]:
    """Weights that turn samples over time into their mean over each of `PARTS`.

    Returns
    -------
    (3, window) float32
    """
    weights = np.zeros((len(PARTS), window.n_samples), np.float32)
    for place, name in enumerate(PARTS):
        part = window.part(name)
        weights[place, part] = 1 / (part.stop - part.start)
    weights.flags.writeable = False  # one for all who ask
    return weights


def log_distance(means: NDArray[np.floating]) -> NDArray[np.floating]:
    """Log of the root of mean square differences in units of the amplitude, of any shape."""
    return np.log(np.sqrt(means) + 0.01)


def part_distances(
    beats: NDArray[np.floating], template: NDArray[np.floating], window: BeatWindow
) -> NDArray[np.float64]:
    """Log root-mean-square distance from a template in each part of the window.

    Parameters
    ----------
    beats, template : (n, window, n_leads)
        In units of the subject's amplitude; the template may be one for all.
    window : BeatWindow

    Returns
    -------
    (n, n_leads, 3) float64
        In the order of `PARTS`.
    """
    return log_part_means(beats - template, window)


def log_part_means(difference: NDArray[np.floating], window: BeatWindow) -> NDArray[np.float64]:
    """Return the distances of `part_distances`, given beats minus template of the same shape."""
    blocks = lay_in_blocks(difference * difference, difference.dtype)
    weights = part_weights(window).astype(blocks.dtype, copy=False)
    means = per_beat(weigh_samples(weights, blocks), len(difference))
    return np.asarray(log_distance(np.swapaxes(means, 1, 2).astype(np.float64)), np.float64)
