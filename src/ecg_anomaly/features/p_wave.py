"""Look for the P wave of the template in a beat: a matched filter on the subject's own P wave.

A supraventricular premature beat has a normal QRS complex, but comes early and has an unusual P
wave: missing, hidden in the T wave before it, or of another shape. Premature beats are not in the
template, so the answer does not change in a run of them.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.window_sums import (
    Number,
    add_products,
    lay_in_blocks,
    per_beat,
    weigh_samples,
)

#: Largest shift of a P wave, in s, at which it still counts as that of the template.
LAG_S = 0.025

#: Energy, in squared units of amplitude, below which there is no P wave to look for.
_FLOOR = 1e-4


def match_p_wave(
    beats: NDArray[np.floating], template: NDArray[np.floating], window: BeatWindow
) -> NDArray[np.float64]:
    """How much of the template's P wave is in each beat, at the best lag.

    Parameters
    ----------
    beats, template : (n, window, n_leads)
        In units of the subject's amplitude.
    window : BeatWindow

    Returns
    -------
    (n, n_leads) float64
        1 for the very same wave, 0 for none, negative for an inverted one; straight lines
        are ignored in beat and template.
    """
    around, _ = around_p_wave(window)
    return match_around(beats[:, around], template[:, window.part("p")])


def match_around(near: NDArray[np.floating], wave: NDArray[np.floating]) -> NDArray[np.float64]:
    """Match P waves as `match_p_wave` does, given only the samples that it looks at.

    Parameters
    ----------
    near : (n, samples of `around_p_wave`, n_leads)
        Beats in units of the subject's amplitude.
    wave : (n, samples of the P wave, n_leads)
        Of the template, in the same units.

    Returns
    -------
    (n, n_leads) float64
    """
    wanted, waves = _detrend(lay_in_blocks(wave, np.float64)), lay_in_blocks(near, np.float64)
    # `wanted` has no straight line in it, so that of the beat plays no part.
    shape = near.shape[1] - wave.shape[1] + 1, *wanted.shape
    of_lead, of_sample, *others = waves.strides
    # A view at each lag, which `sliding_window_view` makes in more time.
    strides = of_sample, of_lead, of_sample, *others
    at_lags = np.ndarray(shape, waves.dtype, waves, strides=strides)
    best = np.einsum("klt...,lt...->kl...", at_lags, wanted).max(axis=0)
    return per_beat(best / (add_products(wanted, wanted) + _FLOOR), len(near))


@cache
def around_p_wave(window: BeatWindow) -> tuple[slice, slice]:
    """Return the samples that the P wave reaches at any lag, and the P wave's place in them."""
    part = window.part("p")
    reach = min(round(LAG_S * window.fs), part.start)
    around = slice(part.start - reach, part.stop + reach)
    return around, slice(reach, reach + part.stop - part.start)


def match_at_lags(
    near: NDArray[np.float32], template: NDArray[np.float32], amplitude: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Compare the beats of many spans with the template of each, as `match_p_wave` does.

    Parameters
    ----------
    near : (n_leads, n_samples + lags, n_spans, m) float32
        Beats around their P wave in mV.
    template : (n_leads, n_samples, n_spans) float32
        P wave of the template in mV.
    amplitude : (n_leads, n_spans) float32
        The subject's amplitude in mV.

    Returns
    -------
    (n_leads, n_spans, m) float32
    """
    n_leads, length, n_spans = template.shape
    blocks = _detrend(lay_in_blocks(template.T, np.float32))
    wanted = blocks.reshape(n_leads, length, -1)[..., :n_spans]
    energy = add_products(wanted, wanted) + _FLOOR * amplitude**2
    lags = near.shape[1] - length + 1
    # Of each lag a row: all lags of a span in one product.
    rows = np.zeros((n_leads, n_spans, lags, near.shape[1]), np.float32)
    for lag in range(lags):
        rows[:, :, lag, lag : lag + length] = np.swapaxes(wanted, 1, 2)
    best = (rows @ np.moveaxis(near, 1, 2)).max(axis=2)
    return best / energy[..., None]


def p_wave_energy(template: NDArray[np.floating], window: BeatWindow) -> NDArray[np.float64]:
    """Energy of the template's P wave, ``(n, n_leads)``, with a floor."""
    return _energy_of(template[:, window.part("p")]) + _FLOOR


def p_wave_residual(
    beats: NDArray[np.floating],
    template: NDArray[np.floating],
    match: NDArray[np.float64] | float,
    window: BeatWindow,
) -> NDArray[np.float64]:
    """Energy that is left when `match` times the template's P wave is taken away.

    Returns
    -------
    (n, n_leads) float64
    """
    return _energy_of(_take_away(beats, template, match, window))


def energy_and_residual(
    beats: NDArray[np.floating],
    template: NDArray[np.floating],
    match: NDArray[np.float64],
    window: BeatWindow,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what `p_wave_energy` and `p_wave_residual` give, in less time."""
    left = _take_away(beats, template, match, window)
    found = _energy_of(np.concatenate([template[:, window.part("p")], left]))
    return found[: len(beats)] + _FLOOR, found[len(beats) :]


def _take_away(
    beats: NDArray[np.floating],
    template: NDArray[np.floating],
    match: NDArray[np.float64] | float,
    window: BeatWindow,
) -> NDArray[np.float64]:
    """Take `match` times the template's P wave away from that of each beat."""
    part, share = window.part("p"), np.minimum(np.maximum(match, -1.0), 2.0)
    scaled = share[:, None] if isinstance(share, np.ndarray) else share
    return beats[:, part].astype(np.float64) - scaled * template[:, part].astype(np.float64)


def _energy_of(waves: NDArray[np.floating]) -> NDArray[np.float64]:
    """Energy of waves ``(n, time, n_leads)`` without their best straight line, (n, n_leads)."""
    return per_beat(detrended_energy(lay_in_blocks(waves, np.float64)), len(waves))


def detrended_energy(waves: NDArray[Number]) -> NDArray[Number]:
    """Energy over time without the best straight line, of beats in blocks.

    Parameters
    ----------
    waves : (n_leads, time, n_blocks, beats)

    Returns
    -------
    (n_leads, n_blocks, beats)
    """
    fitted = weigh_samples(_straight_lines(waves.shape[1]).astype(waves.dtype).T, waves)
    energy = add_products(waves, waves) - add_products(fitted, fitted)
    return np.maximum(energy, 0, out=energy)


def _detrend(waves: NDArray[Number]) -> NDArray[Number]:
    """Subtract the best straight line over time from each wave of beats in blocks."""
    line = _straight_lines(waves.shape[1]).astype(waves.dtype)
    return waves - weigh_samples(line, weigh_samples(line.T, waves))


@cache
def _straight_lines(length: int) -> NDArray[np.float64]:
    """Orthonormal columns that make up every straight line, ``(length, 2)``; 1 for a sample."""
    line = np.column_stack([np.ones(length), np.linspace(-1, 1, length)])[:, :length]
    return np.linalg.qr(line)[0]
