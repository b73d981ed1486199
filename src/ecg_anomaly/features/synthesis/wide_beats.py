"""Wide QRS complexes: a beat that spreads from muscle to muscle."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.synthesis.random_shapes import (
    Waves,
    bump,
    ramp,
    random_sign,
    stretch,
    uniform,
)


def widen_beats(
    beats: Waves,
    regular: Waves,
    foreign: Waves,
    share: NDArray[np.float64],
    time_s: NDArray[np.float64],
    rng: np.random.Generator,
) -> Waves:
    """Replace QRS complex and T wave by wide ones, wholly or in part.

    Parameters
    ----------
    beats, regular, foreign : (n, window, n_leads)
        The beats, their patient's regular beat, and regular beats of other people.
    share : (n,) float64
        1 replaces all (ventricular beat), less mixes (fusion beat), 0 leaves the beat alone.
    time_s : (window,) float64
        Time of each sample from the R peak.
    rng : numpy.random.Generator
        Source of chance.

    Notes
    -----
    A third each: the patient's own beat stretched, another person's stretched, three Gaussian
    waves with a T wave against the QRS complex.
    """
    n = len(beats)
    source = rng.integers(0, 3, size=n)[:, None, None]
    width, at_once = uniform(rng, 1.25, 2.3, (n,)), np.zeros(n)
    taken = stretch(np.where(source == 0, foreign, regular), width, at_once, time_s)
    taken = (
        taken * uniform(rng, 0.6, 1.8, (n, 1, 1)) * random_sign(rng, (n, 1, beats.shape[2]), 0.45)
    )
    wide = np.where(source == 2, draw_wide_beats(n, beats.shape[2], time_s, rng), taken)
    part = share[:, None, None] * ramp(time_s, -0.117, -0.067)
    return beats * (1 - part) + wide * part


def draw_wide_beats(
    n: int, n_leads: int, time_s: NDArray[np.float64], rng: np.random.Generator
) -> Waves:
    """Draw wide beats from three Gaussian waves and a small one before them."""
    each, shared = (n, 1, n_leads), (n, 1, 1)
    sign, width = random_sign(rng, each), uniform(rng, 0.025, 0.058, shared)

    def wave(height: tuple[float, float], centre: tuple[float, float], spread: Waves) -> Waves:
        return uniform(rng, *height, each) * bump(time_s, uniform(rng, *centre, each), spread)

    main = sign * wave((0.5, 1.6), (-0.017, 0.033), width)
    second = sign * wave((-0.2, 0.9), (0.042, 0.108), width * uniform(rng, 0.7, 1.3, shared))
    t_wave = sign * wave((0.1, 0.8), (0.2, 0.33), uniform(rng, 0.058, 0.1, each))
    start = random_sign(rng, each) * wave((0.0, 0.2), (-0.067, -0.025), np.full(each, 0.025))
    return main - second - t_wave + start
