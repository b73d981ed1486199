"""Draw random waves, and distort with them beats that came already cut out.

Time runs in s from the R peak.
"""

import numpy as np
from numpy.typing import NDArray

Waves = NDArray[np.float64]


def uniform(
    rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """Draw uniform numbers of a shape."""
    return rng.uniform(low, high, size=shape)


def random_sign(rng: np.random.Generator, shape: tuple[int, ...], minus: float = 0.5) -> Waves:
    """Draw +1 and -1, the latter with probability `minus`."""
    return np.where(rng.random(shape) < minus, -1.0, 1.0)


def bump(time_s: NDArray[np.float64], centre_s: Waves, width_s: Waves) -> Waves:
    """Gaussian waves, ``(n, window, n_leads)``, with centres and widths of ``(n, 1, n_leads)``."""
    return np.exp(-0.5 * ((time_s[None, :, None] - centre_s) / width_s) ** 2)


def ramp(time_s: NDArray[np.float64], zero_s: float, one_s: float) -> Waves:
    """Weight ``(1, window, 1)`` that goes linearly from 0 at `zero_s` to 1 at `one_s`."""
    return np.clip((time_s - zero_s) / (one_s - zero_s), 0.0, 1.0)[None, :, None]


def stretch(
    waves: NDArray[np.floating],
    factor: NDArray[np.float64],
    shift_s: NDArray[np.float64],
    time_s: NDArray[np.float64],
) -> Waves:
    """Stretch waves about the R peak and shift them.

    Parameters
    ----------
    waves : (n, window, n_leads)
    factor : (n,) float64
        Above 1 widens.
    shift_s : (n,) float64
        Positive moves to later times.
    time_s : (window,) float64
        Time of each sample.

    Returns
    -------
    (n, window, n_leads) float64
        Linear interpolation; what comes from outside the window repeats its edge.
    """
    step = time_s[1] - time_s[0]
    source = (time_s[None, :] - shift_s[:, None]) / factor[:, None]
    position = np.clip((source - time_s[0]) / step, 0, len(time_s) - 1.001)
    left = position.astype(int)
    weight = (position - left)[:, :, None]
    row = np.arange(len(waves))[:, None]
    return waves[row, left] * (1 - weight) + waves[row, left + 1] * weight


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
