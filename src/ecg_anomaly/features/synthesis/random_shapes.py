"""Random shapes that alterations are drawn with. Time runs in s from the R peak."""

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
