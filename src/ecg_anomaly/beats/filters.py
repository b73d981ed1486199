"""Baseline removal, low-pass and resampling with linear phase and a bounded reach.

Every filter here is symmetric and finite: a sample of the output depends on less than 1.5 s of
signal, so bad samples spoil only their neighbourhood and a live detector can do the same with a
fixed delay.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import firwin, resample_poly

from ecg_anomaly.config.schema import PreprocessConfig

#: Half length of the low-pass filter: a Hamming window of 0.2 s falls within about 16 Hz.
LOW_PASS_REACH_S = 0.1


def filter_signal(
    signal: NDArray[np.float32], fs: float, config: PreprocessConfig
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Resample to ``config.fs``, low-pass, and remove the baseline.

    Parameters
    ----------
    signal : (n_samples, n_leads) float32
        Amplitude in mV; NaN is bridged by a straight line and reported.
    fs : float
        Sampling rate of `signal` in Hz.
    config : PreprocessConfig
        Rate, cut-off and baseline window.

    Returns
    -------
    filtered : (n_out, n_leads) float32
        Amplitude in mV at ``config.fs``.
    missing : (n_out, n_leads) bool
        True where the recorder stored nothing.
    """
    gaps = np.isnan(signal)
    bridged = bridge_gaps(signal) if gaps.any() else signal
    resampled = _resample(bridged, fs, config)
    filtered = remove_baseline(resampled, config.fs, config.baseline_window_s)
    return filtered, _resample_mask(gaps, resampling_ratio(fs, config.fs), len(filtered))


def resampling_ratio(fs: float, fs_out: float) -> Fraction:
    """Give the samples out per sample in, as a fraction of small numbers.

    Positions must be converted by this ratio and not by ``fs_out / fs``: the two differ by up to
    1e-4 for odd rates, which after an hour is more than a QRS complex.
    """
    return Fraction(fs_out / fs).limit_denominator(1000)


def bridge_gaps(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """Replace NaN by straight lines between the values around it; a lead of NaN becomes 0."""
    bridged = signal.copy()
    position = np.arange(len(signal))
    for lead in range(signal.shape[1]):
        known = np.isfinite(signal[:, lead])
        if not known.all():
            values = signal[known, lead] if known.any() else np.zeros(1, np.float32)
            at = position[known] if known.any() else position[:1]
            bridged[:, lead] = np.interp(position, at, values)
    return bridged


def remove_baseline(signal: NDArray[np.float32], fs: float, window_s: float) -> NDArray[np.float32]:
    """Subtract a moving average, taken twice.

    The two averages make a triangle of ``2 * window_s`` in all; its frequency response is a
    squared sinc without side lobes that would ring around the QRS complex.

    Parameters
    ----------
    signal : (n_samples, n_leads) float32
        Amplitude in mV, no NaN.
    fs : float
        Sampling rate in Hz.
    window_s : float
        Length of each average in s.

    Returns
    -------
    (n_samples, n_leads) float32
    """
    size = max(3, 2 * round(window_s * fs / 2) + 1)
    once = uniform_filter1d(signal.astype(np.float64), size, axis=0, mode="nearest")
    twice = uniform_filter1d(once, size, axis=0, mode="nearest")
    return (signal - twice).astype(np.float32)


def _resample(
    signal: NDArray[np.float32], fs: float, config: PreprocessConfig
) -> NDArray[np.float32]:
    ratio = resampling_ratio(fs, config.fs)
    up, down = ratio.numerator, ratio.denominator
    rate = up * fs
    taps = 2 * round(LOW_PASS_REACH_S * rate) + 1
    cutoff = min(config.low_pass_hz, 0.45 * fs)
    low_pass = firwin(taps, cutoff, fs=rate)
    return resample_poly(signal, up, down, axis=0, window=low_pass, padtype="line").astype(
        np.float32
    )


def _resample_mask(gaps: NDArray[np.bool_], ratio: Fraction, n_out: int) -> NDArray[np.bool_]:
    if not gaps.any():
        return np.zeros((n_out, gaps.shape[1]), dtype=bool)
    wide = maximum_filter1d(gaps.astype(np.uint8), max(1, int(np.ceil(float(1 / ratio)))), axis=0)
    nearest = np.minimum((np.arange(n_out) / float(ratio)).round().astype(int), len(gaps) - 1)
    return wide[nearest].astype(bool)
