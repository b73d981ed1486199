"""Shape of a beat, by itself and against the patient's usual beat."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import PreprocessConfig
from ecg_anomaly.features.template import template_amplitude

#: Parts of the window, in s from the R peak: P wave, QRS complex, ST segment and T wave.
PARTS_S = {"p": (-0.28, -0.07), "qrs": (-0.07, 0.09), "t": (0.09, 0.45)}

#: How many earlier beats the usual distance from the template is taken over.
DISTANCE_BEATS = 50

_FLOOR = 1e-3


def name_morphology(n_leads: int) -> tuple[str, ...]:
    """Names of the columns of `compute_morphology` for so many leads."""
    per_lead = [f"{part}_difference" for part in PARTS_S]
    per_lead += ["qrs_amplitude", "qrs_width", "template_correlation"]
    names = [f"{name}_{lead + 1}" for lead in range(n_leads) for name in per_lead]
    return (*names, "template_distance")


def compute_morphology(
    waveform: NDArray[np.float32], template: NDArray[np.float32], config: PreprocessConfig
) -> NDArray[np.float64]:
    """Shape features of the beats of one record.

    Parameters
    ----------
    waveform, template : (n, window, n_leads) float32
        Beats and the usual beat of each, mV.
    config : PreprocessConfig
        Gives the place of the R peak in the window.

    Returns
    -------
    (n, 6 * n_leads + 1) float64
        Columns `name_morphology`. Differences and amplitudes are logarithms relative to the
        patient's own amplitude, widths relative to the template's, and the last column is the
        distance from the template relative to its median over the last beats (rule A of the
        no-training baselines).
    """
    columns = []
    amplitude = template_amplitude(template)[:, 0].astype(np.float64)
    for lead in range(waveform.shape[2]):
        beat, usual = waveform[:, :, lead].astype(float), template[:, :, lead].astype(float)
        for span in PARTS_S.values():
            part = _slice(span, config)
            columns.append(_log(_rms((beat - usual)[:, part]) / amplitude[:, lead]))
        qrs = _slice(PARTS_S["qrs"], config)
        columns.append(_log(np.ptp(beat[:, qrs], axis=1) / amplitude[:, lead]))
        columns.append(_log(_width(beat, config) / _width(usual, config)))
        columns.append(_correlation(beat, usual))
    columns.append(distance_to_template(waveform, template))
    return np.column_stack(columns)


def distance_to_template(
    waveform: NDArray[np.float32], template: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Log of the distance from the template over its median in the beats before.

    Returns
    -------
    (n,) float64
        0 for a beat as far from its template as the last beats were from theirs.
    """
    scale = template_amplitude(template)
    distance = np.sqrt((((waveform - template) / scale) ** 2).mean(axis=(1, 2)))
    logs = np.log(distance.astype(np.float64) + _FLOOR)
    padded = np.concatenate([np.full(DISTANCE_BEATS, np.nan), logs[:-1]])
    history = np.lib.stride_tricks.sliding_window_view(padded, DISTANCE_BEATS)[: len(logs)]
    usual = logs.copy()
    known = np.isfinite(history).any(axis=1)
    usual[known] = np.nanmedian(history[known], axis=1)
    return logs - usual


def _slice(span: tuple[float, float], config: PreprocessConfig) -> slice:
    """Samples of a span from the R peak: what of it lies in the window, one sample at least."""
    r_peak = round(config.window_before_s * config.fs)
    last = r_peak + round(config.window_after_s * config.fs) - 1
    start, stop = (max(0, r_peak + round(edge * config.fs)) for edge in span)
    start = min(start, last)
    return slice(start, max(stop, start + 1))


def _width(beat: NDArray[np.float64], config: PreprocessConfig) -> NDArray[np.float64]:
    """Spread of the QRS energy around the R peak in s: twice the weighted standard deviation."""
    around = _slice((-0.12, 0.16), config)
    slope = np.diff(beat[:, around], axis=1) ** 2 + 1e-9
    at = np.arange(slope.shape[1]) / config.fs
    total = slope.sum(axis=1)
    centre = slope @ at / total
    spread = (slope * (at - centre[:, None]) ** 2).sum(axis=1) / total
    return 2 * np.sqrt(spread) + 1 / config.fs


def _correlation(beat: NDArray[np.float64], usual: NDArray[np.float64]) -> NDArray[np.float64]:
    a = beat - beat.mean(axis=1, keepdims=True)
    b = usual - usual.mean(axis=1, keepdims=True)
    norm = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return (a * b).sum(axis=1) / np.maximum(norm, 1e-9)


def _rms(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt((values**2).mean(axis=1))


def _log(ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.log(np.maximum(ratio, _FLOOR))
