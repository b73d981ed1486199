"""Measure the oscillation of a lead in windows: its frequency, evenness, steepness and baseline.

What the six measures of `measure_windows` are based on: the VF filter leakage of Kuo and Dillman,
"Computer detection of ventricular fibrillation", Comput Cardiol 1978:347-349, and, for the others,
the comparison of Amann, Tratnig and Unterkofler, "Reliability of old and new ventricular
fibrillation detection algorithms", BioMed Eng OnLine 2005;4:60. Every window is measured by its own
samples alone.
"""

import numpy as np
from numpy.typing import NDArray

#: Windows in s, and the sampling rate in Hz to which signals are averaged, about.
WINDOW_S, ABOUT_HZ = 4.0, 62.5

#: The mean of so many s to either side of a sample is its baseline.
BASELINE_S = 0.4

#: A rate of oscillation that is usual in ventricular fibrillation, in Hz.
USUAL_HZ = 4.0

#: A line is still where it does not change by so many mV for so many s.
STILL_MV, STILL_S = 0.002, 0.1

#: The steepest so many s of a window are left out where the steepest sample is asked for.
OUTLIERS_S = 0.05


def measure_windows(signal: NDArray[np.float64], fs: float) -> NDArray[np.float64]:
    """Measure windows of a lead.

    Parameters
    ----------
    signal : (k, n) float64
        Of `WINDOW_S` each, in mV, without its baseline, from `split_baseline`.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (k, 6) float64
        * leakage: what remains of the signal when it is added to itself half a period later, as a
          share; 0 for a sine wave, near 1 for QRS complexes;
        * mean steepness as a share of the greatest one: small where QRS complexes stand out;
        * logarithm of the power of the second difference by that of the first, high in noise;
        * logarithm of the smallest by the largest range of six parts of the window;
        * squared logarithm of the mean frequency by `USUAL_HZ`;
        * logarithm of amplitude times frequency in mV/s, at most 0.
    """
    steps = np.diff(signal, axis=1)
    steep = np.abs(steps)
    half = np.floor(fs / (2 * measure_hz(signal, fs)) + 0.5)
    half = np.clip(half.astype(int), 2, signal.shape[1] // 2)
    hz = fs / (2 * half)
    rank = max(1, round(OUTLIERS_S * fs)) + 1
    steepest = np.partition(steep, -rank, axis=1)[:, -rank]
    power = (steps**2).mean(axis=1) + 1e-9
    rough = (np.diff(steps, axis=1) ** 2).mean(axis=1) / power * (fs / ABOUT_HZ) ** 2
    parts = signal[:, : signal.shape[1] // 6 * 6].reshape(len(signal), 6, -1)
    ranges = np.ptp(parts, axis=2)
    amplitude = np.sqrt((signal**2).mean(axis=1)) + 1e-3
    return np.stack(
        [
            _leak(signal, half),
            steep.mean(axis=1) / (steepest + 1e-6),
            np.log(rough + 1e-3),
            np.log((ranges.min(axis=1) + 1e-3) / (ranges.max(axis=1) + 1e-3)),
            np.log(hz / USUAL_HZ) ** 2,
            np.minimum(np.log(amplitude * hz), 0.0),
        ],
        axis=1,
    )


def measure_hz(signal: NDArray[np.float64], fs: float) -> NDArray[np.float64]:
    """Return how often (k, n) signals without a baseline swing to and fro a second, as (k,).

    Of a sine wave it is the frequency; else the mean steepness by the mean size says it.
    """
    size, climbed = np.abs(signal).sum(axis=1), np.abs(np.diff(signal, axis=1)).sum(axis=1)
    return np.asarray(fs * (climbed + 1e-6) / (2 * np.pi * (size + 1e-6)))


def count_swings(windows: NDArray[np.float32], fs: float) -> NDArray[np.float64]:
    """Return how often windows of several leads swing to and fro a second, as `measure_hz`.

    Parameters
    ----------
    windows : (n_leads, k, n) float32
    fs : float

    Returns
    -------
    (k,) float64
        In Hz, of the lead that swings most often; NaN where no lead is whole.
    """
    hz = [measure_hz(split_baseline(lead, fs)[0], fs) for lead in windows]
    return np.asarray(np.fmax.reduce(hz))


def split_baseline(
    windows: NDArray[np.float32], fs: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Split windows into a signal without its baseline, a little smoothed, and the baseline.

    Parameters
    ----------
    windows : (k, n) float32
        In mV, without gaps.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    signal, baseline : (k, m) float64
        Both are shorter by `BASELINE_S` on either side, and the signal by a sample more.
    """
    reach, n = round(BASELINE_S * fs), windows.shape[1]
    from_first = (windows - windows[:, :1]).astype(np.float64)
    sums = np.cumsum(np.pad(from_first, ((0, 0), (1, 0))), axis=1)
    baseline = (sums[:, 2 * reach + 1 :] - sums[:, : -2 * reach - 1]) / (2 * reach + 1)
    free = from_first[:, reach : n - reach] - baseline
    return (free[:, :-2] + 2 * free[:, 1:-1] + free[:, 2:]) / 4, baseline


def share_still(windows: NDArray[np.float32], fs: float) -> NDArray[np.float64]:
    """Return the share of each window that is the end of `STILL_S` without a change."""
    still = np.abs(np.diff(windows, axis=1)) < STILL_MV
    n = max(1, round(STILL_S * fs))
    count = np.cumsum(np.pad(still, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    return np.asarray((count[:, n:] - count[:, :-n] == n).mean(axis=1))


def fill_gaps(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Hold the last value through a gap; at the start of a window, the first one that comes."""
    missing = np.isnan(windows)
    if not missing.any():
        return windows
    place = np.where(missing, -1, np.arange(windows.shape[1]))
    last = np.maximum.accumulate(place, axis=1)
    last = np.where(last < 0, np.argmin(missing, axis=1)[:, None], last)
    return np.take_along_axis(windows, last, axis=1)


def _leak(signal: NDArray[np.float64], half: NDArray[np.int_]) -> NDArray[np.float64]:
    leak = np.empty(len(signal))
    for lag in np.unique(half):
        rows = np.flatnonzero(half == lag)
        late, early = signal[rows, lag:], signal[rows, :-lag]
        whole = (np.abs(late) + np.abs(early)).sum(axis=1) + 1e-6
        leak[rows] = np.abs(late + early).sum(axis=1) / whole
    return leak
