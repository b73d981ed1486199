"""The patient's usual beat: a running median of the beats before."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import FeaturesConfig

#: Smallest peak-to-peak amplitude, in mV, by which a lead is divided.
SMALLEST_AMPLITUDE_MV = 0.1


def running_template(
    waveform: NDArray[np.float32],
    readable: NDArray[np.bool_],
    time_s: NDArray[np.float64],
    config: FeaturesConfig,
) -> NDArray[np.float32]:
    """Median of the readable beats of the last minutes before each beat.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        Beats of one record in order, mV.
    readable : (n,) bool
        Beats that may enter the median.
    time_s : (n,) float64
        R peaks in s.
    config : FeaturesConfig
        ``template_s`` to look back, ``template_beats`` at most in the median, renewed every
        ``template_update_beats``.

    Returns
    -------
    (n, window, n_leads) float32
        The template of each beat. The first ``template_update_beats`` beats are the learning
        period and share the median of themselves; without a readable beat it is 0.
    """
    template = np.zeros_like(waveform)
    usable = np.flatnonzero(readable)
    step = config.template_update_beats
    current = np.zeros(waveform.shape[1:], dtype=waveform.dtype)
    for start in range(0, len(waveform), step):
        before = usable[: np.searchsorted(usable, max(start, step))]
        recent = before[time_s[before] >= time_s[start] - config.template_s]
        if len(recent):
            current = _median_beat(waveform, recent, config.template_beats)
        template[start : start + step] = current
    return template


def template_amplitude(template: NDArray[np.float32]) -> NDArray[np.float32]:
    """Peak-to-peak amplitude of each lead of each template, mV, with a floor.

    Parameters
    ----------
    template : (n, window, n_leads) float32

    Returns
    -------
    (n, 1, n_leads) float32
    """
    return np.maximum(np.ptp(template, axis=1, keepdims=True), SMALLEST_AMPLITUDE_MV)


def _median_beat(
    waveform: NDArray[np.float32], recent: NDArray[np.int64], most: int
) -> NDArray[np.float32]:
    chosen = recent[np.linspace(0, len(recent) - 1, min(most, len(recent))).round().astype(int)]
    return np.median(waveform[chosen], axis=0)
