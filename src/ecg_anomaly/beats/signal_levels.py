"""Levels of noise and baseline wander, window by window."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt, sosfiltfilt

#: Little of a QRS complex lies above this frequency, muscle and mains do (Thakor et al. 1984).
NOISE_LOW_HZ = 40.0
#: Breathing and electrode movement lie below this frequency, the slowest hearts above.
WANDER_HIGH_HZ = 0.5


def cut_rows(rows: NDArray[Any], length: int, fill: Any) -> NDArray[Any]:
    """Cut rows into pieces of equal length.

    Parameters
    ----------
    rows : (n_rows, n) array
        A row per lead.
    length : int
        Samples per piece.
    fill : scalar
        What the last piece is filled up with.

    Returns
    -------
    (n_rows, ceil(n / length), length) array
    """
    padding = -rows.shape[1] % length
    padded = np.pad(rows, ((0, 0), (0, padding)), constant_values=fill) if padding else rows
    return padded.reshape(len(rows), padded.shape[1] // length, length)


def noise_levels(leads: NDArray[np.float32], fs: float, length: int) -> NDArray[np.float64]:
    """Level of the signal above 40 Hz in each window, as a standard deviation.

    Parameters
    ----------
    leads : (n_leads, n) float32
        Amplitude in mV, NaN where missing.
    fs : float
        Sampling rate in Hz; below 88 Hz there is nothing above 40 Hz to judge by.
    length : int
        Samples per window.

    Returns
    -------
    (n_leads, ceil(n / length)) float64
        In mV; NaN where nothing is stored or `fs` is too low.

    Notes
    -----
    1.4826 times the median of the absolute high-passed signal: QRS complexes fill less than half
    of a window, so they do not move a median.
    """
    if fs < 2.2 * NOISE_LOW_HZ or not leads.size:
        return np.full((len(leads), -(-leads.shape[1] // length)), np.nan)
    # A causal filter: only the size of what passes matters, not where it stands.
    sections = butter(2, NOISE_LOW_HZ, "highpass", fs=fs, output="sos").astype(np.float32)
    noise = np.array([np.abs(sosfilt(sections, _fill_gaps(lead))) for lead in leads])
    noise[np.isnan(leads)] = np.nan
    ordered = np.sort(cut_rows(noise, length, np.nan), axis=2)  # NaN last
    middle = (np.count_nonzero(np.isfinite(ordered), axis=2) - 1) // 2
    # With nothing stored `middle` is -1, which picks a NaN.
    return 1.4826 * np.take_along_axis(ordered, middle[:, :, None], axis=2)[:, :, 0]


def wander_levels(
    lead: NDArray[np.float32], fs: float, length: int, n_windows: int
) -> NDArray[np.float64]:
    """Distance of the baseline, below 0.5 Hz, from its median over the lead, in each window.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV, NaN where missing.
    fs : float
        Sampling rate in Hz.
    length : int
        Samples per window.
    n_windows : int
        Number of windows.

    Returns
    -------
    (n_windows,) float64
        Root mean square in mV; NaN where nothing is stored.
    """
    # Means of tenths of a second: ten values a second are enough below 0.5 Hz.
    block = max(1, round(fs / 10))
    blocks = cut_rows(lead[None], block, np.nan)[0]
    counts = np.count_nonzero(np.isfinite(blocks), axis=1)
    known = counts > 0
    if not known.any() or fs / block < 2.2 * WANDER_HIGH_HZ:
        return np.full(n_windows, np.nan)
    means = np.nansum(blocks, axis=1, dtype=np.float64) / np.where(known, counts, np.nan)
    sections = butter(2, WANDER_HIGH_HZ, fs=fs / block, output="sos")
    baseline = sosfiltfilt(sections, _fill_gaps(means), padlen=min(30, len(means) - 1))
    squares = np.where(known, (baseline - np.median(baseline[known])) ** 2, 0.0)
    window = np.arange(len(means)) * block // length
    sums = np.bincount(window, weights=squares, minlength=n_windows)
    sizes = np.bincount(window, weights=known, minlength=n_windows)
    return np.sqrt(sums / np.where(sizes > 0, sizes, np.nan))


def _fill_gaps(values: NDArray[Any]) -> NDArray[Any]:
    """Draw straight lines through NaN, and start at zero so that a filter does not ring."""
    known = np.flatnonzero(np.isfinite(values))
    if len(known) == 0:
        return np.zeros_like(values)
    if len(known) < len(values):
        values = np.interp(np.arange(len(values)), known, values[known]).astype(values.dtype)
    return values - values[0]
