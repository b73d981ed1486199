"""Change the shape of beats: another P wave or none, a wide QRS complex."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.synthesis.random_waves import (
    Waves,
    bump,
    ramp,
    random_sign,
    stretch,
    uniform,
)

#: Where the P wave ends and the QRS complex begins to be left alone, s.
END_S, FADE_S = -0.083, -0.05

#: Where a wide beat begins, and from where on nothing is left of the beat that it replaces, s.
WIDE_S = (-0.117, -0.067)

#: Shares of P waves that are removed, replaced by another subject's, inverted, left as they are.
SHARES = (0.4, 0.25, 0.2, 0.15)

#: Begin and end of the T wave, in s after the R peak.
T_WAVE_S = (0.115, 0.59)


def change_p_wave(
    beats: Waves,
    template: Waves,
    foreign: Waves,
    interval_s: NDArray[np.float64],
    always_removed: NDArray[np.bool_],
    time_s: NDArray[np.float64],
    rng: np.random.Generator,
) -> Waves:
    """Give each beat another P wave, and the T wave of the beat before where it now falls.

    Parameters
    ----------
    beats, template, foreign : (n, window, n_leads)
        The beats, the template of their subject, and templates of other subjects.
    interval_s : (n,) float64
        New interval to the beat before.
    always_removed : (n,) bool
        Beats that have no P wave whatever is drawn (ventricular ones).
    time_s : (window,) float64
        Time of each sample from the R peak.
    rng : numpy.random.Generator
        Source of chance.
    """
    n = len(beats)
    level = _level(beats, time_s)
    own, expected = beats - level, template - _level(template, time_s)
    moved = stretch(foreign, uniform(rng, 0.8, 1.25, (n,)), uniform(rng, -0.07, 0.07, (n,)), time_s)
    other = moved - _level(moved, time_s)
    kind = np.where(always_removed, 0, rng.choice(4, size=n, p=SHARES))[:, None, None]
    inverted = own - expected * uniform(rng, 1.3, 2.2, (n, 1, 1))
    changed = np.select(
        [kind == 0, kind == 1, kind == 2], [own - expected, own - expected + other, inverted], own
    )
    changed = changed + _t_wave_before(template, interval_s, time_s)
    early = ramp(time_s, FADE_S, END_S)
    return beats * (1 - early) + (changed + level) * early


def cut_p_wave(template: Waves, time_s: NDArray[np.float64]) -> Waves:
    """Cut the P wave out of beats: the signal before the QRS complex, over the level after it.

    Parameters
    ----------
    template : (n, window, n_leads)
    time_s : (window,) float64
        Time of each sample from the R peak.

    Returns
    -------
    (n, window, n_leads) float64
        0 from the QRS complex on.
    """
    return (template - _level(template, time_s)) * ramp(time_s, FADE_S, END_S)


def _level(beats: Waves, time_s: NDArray[np.float64]) -> Waves:
    """Level between P wave and QRS complex."""
    between = (time_s >= END_S) & (time_s < END_S + 0.03)
    between[np.argmin(np.abs(time_s - END_S - 0.015))] = True  # a window may begin after it
    return beats[:, between].mean(axis=1, keepdims=True)


def _t_wave_before(
    template: Waves, interval_s: NDArray[np.float64], time_s: NDArray[np.float64]
) -> Waves:
    """T wave of the beat before, as seen `interval_s` later; nothing where it has passed."""
    after = time_s[None, :] + interval_s[:, None]
    step = time_s[1] - time_s[0]
    index = np.clip(np.rint((after - time_s[0]) / step), 0, len(time_s) - 1).astype(int)
    seen = (after > T_WAVE_S[0]) & (after < min(T_WAVE_S[1], time_s[-1]))
    return template[np.arange(len(template))[:, None], index] * seen[:, :, None]


def widen_beats(
    beats: Waves,
    template: Waves,
    foreign: Waves,
    share: NDArray[np.float64],
    time_s: NDArray[np.float64],
    rng: np.random.Generator,
) -> Waves:
    """Replace QRS complex and T wave by wide ones, wholly or in part.

    Parameters
    ----------
    beats, template, foreign : (n, window, n_leads)
        The beats, the template of their subject, and templates of other subjects.
    share : (n,) float64
        1 replaces all (ventricular beat), less mixes (fusion beat), 0 leaves the beat alone.
    time_s : (window,) float64
        Time of each sample from the R peak.
    rng : numpy.random.Generator
        Source of chance.

    Notes
    -----
    A third each: the subject's own beat stretched, another subject's stretched, three Gaussian
    waves with a T wave against the QRS complex.
    """
    n = len(beats)
    source = rng.integers(0, 3, size=n)[:, None, None]
    width, at_once = uniform(rng, 1.25, 2.3, (n,)), np.zeros(n)
    taken = stretch(np.where(source == 0, foreign, template), width, at_once, time_s)
    taken = (
        taken * uniform(rng, 0.6, 1.8, (n, 1, 1)) * random_sign(rng, (n, 1, beats.shape[2]), 0.45)
    )
    wide = np.where(source == 2, draw_wide_beats(n, beats.shape[2], time_s, rng), taken)
    part = share[:, None, None] * ramp(time_s, *WIDE_S)
    return beats * (1 - part) + wide * part


def draw_wide_beats(
    n: int, n_leads: int, time_s: NDArray[np.float64], rng: np.random.Generator
) -> Waves:
    """Draw wide beats from three Gaussian waves and a small one before them.

    Parameters
    ----------
    n, n_leads : int
    time_s : (window,) float64
        Time of each sample from the R peak.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    (n, window, n_leads) float64
        In units of a usual amplitude.
    """
    each, shared = (n, 1, n_leads), (n, 1, 1)
    sign, width = random_sign(rng, each), uniform(rng, 0.025, 0.058, shared)

    def wave(height: tuple[float, float], centre: tuple[float, float], spread: Waves) -> Waves:
        return uniform(rng, *height, each) * bump(time_s, uniform(rng, *centre, each), spread)

    main = sign * wave((0.5, 1.6), (-0.017, 0.033), width)
    second = sign * wave((-0.2, 0.9), (0.042, 0.108), width * uniform(rng, 0.7, 1.3, shared))
    t_wave = sign * wave((0.1, 0.8), (0.2, 0.33), uniform(rng, 0.058, 0.1, each))
    start = random_sign(rng, each) * wave((0.0, 0.2), (-0.067, -0.025), np.full(each, 0.025))
    return main - second - t_wave + start
