"""Is the P wave of a regular beat there? A matched filter on the patient's own P wave.

A supraventricular premature beat has a normal QRS complex; what is odd is its time and its P wave,
which is missing, hidden in the T wave before it, or of another shape. The template is that of
regular beats, so that the answer does not change in a run of premature ones.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import PreprocessConfig
from ecg_anomaly.features.parts import part_slice

#: The P wave may come so much earlier or later, in s, before it counts as another one.
LAG_S = 0.025

#: Energy, in squared units of amplitude, below which there is no P wave to look for.
_FLOOR = 1e-4


def match_p_wave(
    beats: NDArray[np.floating], template: NDArray[np.floating], config: PreprocessConfig
) -> NDArray[np.float64]:
    """How much of the template's P wave is in each beat, at the best lag.

    Parameters
    ----------
    beats, template : (n, window, n_leads)
        In units of the patient's amplitude.
    config : PreprocessConfig
        Gives the window.

    Returns
    -------
    (n, n_leads) float64
        1 for the very same wave, 0 for none, negative for an inverted one; straight lines
        are ignored on both sides.
    """
    around, _ = around_p_wave(config)
    return match_p_wave_alone(beats[:, around], template, config)


def match_p_wave_alone(
    near: NDArray[np.floating], template: NDArray[np.floating], config: PreprocessConfig
) -> NDArray[np.float64]:
    """Do the same where nothing is known of the beats but what is `around_p_wave`."""
    around, within = around_p_wave(config)
    wanted = time_last(template[:, around])[..., within]
    return correlate_p_wave(time_last(near)[:, :, None], wanted)[:, :, 0]


def around_p_wave(config: PreprocessConfig) -> tuple[slice, slice]:
    """Find the samples that the P wave reaches at some lag, and the P wave within them."""
    part = part_slice("p", config)
    reach = min(round(LAG_S * config.fs), part.start)
    around = slice(part.start - reach, part.stop + reach)
    return around, slice(reach, reach + part.stop - part.start)


def time_last(waves: NDArray[np.floating]) -> NDArray[np.float64]:
    """Turn ``(..., time, n_leads)`` into ``(..., n_leads, time)`` float64, contiguous."""
    return np.ascontiguousarray(np.swapaxes(waves, -1, -2), dtype=np.float64)


def correlate_p_wave(
    near: NDArray[np.float64], template: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Compare several waves with one template: the largest share of it over all lags.

    Parameters
    ----------
    near : (..., m, n_samples + lags) float64
        Beats around their P wave.
    template : (..., n_samples) float64
        P wave of the regular beat.

    Returns
    -------
    (..., m) float64
    """
    wanted = _detrend(template)
    energy = np.vecdot(wanted, wanted) + _FLOOR
    length = wanted.shape[-1]
    best = np.full(near.shape[:-1], -np.inf)
    for lag in range(near.shape[-1] - length + 1):
        # `wanted` has no straight line in it, so that of the beat plays no part.
        np.maximum(best, np.matvec(near[..., lag : lag + length], wanted), out=best)
    return best / energy[..., None]


def match_at_lags(
    near: NDArray[np.float32], template: NDArray[np.float32], amplitude: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Compare the beats of many spans with the template of each, as `match_p_wave` does.

    Parameters
    ----------
    near : (n_leads, n_samples + lags, n_spans, m) float32
        Beats around their P wave in mV.
    template : (n_leads, n_samples, n_spans) float32
        P wave of the regular beat in mV.
    amplitude : (n_leads, n_spans) float32
        The patient's amplitude in mV.

    Returns
    -------
    (n_leads, n_spans, m) float32
    """
    wanted = _detrend(time_last(template))
    energy = np.vecdot(wanted, wanted) + _FLOOR * amplitude**2
    length, reach = wanted.shape[-1], near.shape[1]
    lags = reach - length + 1
    # Of each lag a row: all lags of a span in one product.
    rows = np.zeros((*wanted.shape[:2], lags, reach), np.float32)
    for lag in range(lags):
        rows[:, :, lag, lag : lag + length] = wanted
    best = (rows @ np.moveaxis(near, 1, 2)).max(axis=2)
    return best / energy.astype(np.float32)[..., None]


def subtract_lines(waves: NDArray[np.float32]) -> NDArray[np.float32]:
    """Energy over time of ``(n_leads, time, ...)`` without the best straight line."""
    n_leads, length, *others = waves.shape
    flat = waves.reshape(n_leads, length, -1)
    line = _straight_lines(length).astype(np.float32)
    fitted = line.T @ flat
    energy = np.einsum("ltk,ltk->lk", flat, flat) - np.einsum("ltk,ltk->lk", fitted, fitted)
    return np.maximum(energy, 0).reshape(n_leads, *others)


def p_wave_energy(template: NDArray[np.floating], config: PreprocessConfig) -> NDArray[np.float64]:
    """Energy of the template's P wave, ``(n, n_leads)``, with a floor."""
    return detrended_energy(time_last(template[:, part_slice("p", config)])) + _FLOOR


def p_wave_residual(
    beats: NDArray[np.floating],
    template: NDArray[np.floating],
    match: NDArray[np.float64] | float,
    config: PreprocessConfig,
) -> NDArray[np.float64]:
    """Energy that is left when `match` times the template's P wave is taken away.

    Returns
    -------
    (n, n_leads) float64
    """
    part = part_slice("p", config)
    share = np.clip(match, -1.0, 2.0)
    scaled = share[:, :, None] if isinstance(share, np.ndarray) and share.ndim else share
    return detrended_energy(time_last(beats[:, part]) - scaled * time_last(template[:, part]))


def detrended_energy(waves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Energy along the last axis of what is left when the best straight line is subtracted."""
    line = _straight_lines(waves.shape[-1])
    fitted = (waves.reshape(-1, len(line)) @ line).reshape(*waves.shape[:-1], line.shape[1])
    return np.maximum(np.vecdot(waves, waves) - np.vecdot(fitted, fitted), 0.0)


def _detrend(waves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract the best straight line from each wave; the last axis is time."""
    line = _straight_lines(waves.shape[-1])
    # Products of two matrices; of many small ones each would cost a call.
    flat = waves.reshape(-1, len(line))
    return (flat - flat @ line @ line.T).reshape(waves.shape)


@cache
def _straight_lines(length: int) -> NDArray[np.float64]:
    """Orthonormal columns that make up every straight line, ``(length, 2)``; 1 for a sample."""
    line = np.column_stack([np.ones(length), np.linspace(-1, 1, length)])[:, :length]
    return np.linalg.qr(line)[0]
