"""Anomalies for beats that came already cut out: no past, no rhythm, only a shape to distort."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.synthesis.random_shapes import bump, random_sign, stretch, uniform


def distort_beats(sequence: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Distort each beat in one of three ways.

    Parameters
    ----------
    sequence : (n, window, n_channels) float32
        Normal beats.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    (n, window, n_channels) float32
        A third each: with one or two waves added anywhere, stretched in time about a random
        point, or with a piece taken from another normal beat at another place.
    """
    n, window, n_channels = sequence.shape
    time = np.linspace(0.0, 1.0, window)
    waves = sequence.astype(np.float64)
    spread = waves.std(axis=1, keepdims=True)
    added = waves + spread * _random_bumps(n, n_channels, time, rng)
    factor = np.exp(random_sign(rng, (n,)) * uniform(rng, 0.08, 0.4, (n,)))
    stretched = stretch(waves, factor, uniform(rng, -0.1, 0.1, (n,)), time - 0.4)
    kind = rng.integers(0, 3, size=(n,))[:, None, None]
    synthetic = np.select([kind == 0, kind == 1], [added, stretched], _swap_piece(waves, rng))
    return synthetic.astype(np.float32)


def _random_bumps(
    n: int, n_channels: int, time: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    total = np.zeros((n, len(time), n_channels))
    each = (n, 1, n_channels)
    for kept in (1.0, 0.5):
        height = random_sign(rng, each) * uniform(rng, 0.4, 2.0, each) * (rng.random(each) < kept)
        width = uniform(rng, 0.02, 0.12, each)
        total += height * bump(time, uniform(rng, 0.0, 1.0, each), width)
    return total


def _swap_piece(waves: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Blend a piece of another beat in, from another place."""
    n, window, _ = waves.shape
    length = rng.integers(window // 10, window // 3, size=n)
    start = rng.integers(0, window - length)
    shift = rng.integers(window // 10, window // 2, size=n)
    at = np.arange(window)
    inside = (at >= start[:, None]) & (at < (start + length)[:, None])
    other = rng.permutation(n)
    moved = waves[other[:, None], (at + shift[:, None]) % window]
    return np.where(inside[:, :, None], moved, waves)
