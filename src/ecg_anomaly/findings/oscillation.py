"""Measure whether seconds of an ECG oscillate as in ventricular fibrillation or flutter.

The ECG of these has no QRS complexes: it swings to and fro two to eight times a second, about as
steep at any time. Six measures of a window of a lead, after it was freed of its baseline, enter a
logistic model. What they are based on: the VF filter leakage of Kuo and Dillman, "Computer
detection of ventricular fibrillation", Comput Cardiol 1978:347-349, and, for the others, the
comparison of Amann, Tratnig and Unterkofler, "Reliability of old and new ventricular fibrillation
detection algorithms", BioMed Eng OnLine 2005;4:60.

The coefficients were fitted to the first 30 s of each episode of the Creighton database (``cudb``)
and of record 207, against what else is without clear QRS complexes: ``cudb`` up to a minute before
its first episode, the DS1 half of MIT-BIH, ``svdb``, ``qtdb`` and ``nstdb``. Every window is judged
by its own samples alone, so that pieces of any length of a running signal give the same.
"""

import numpy as np
from numpy.typing import NDArray

#: Windows in s, and the sampling rate in Hz to which signals are averaged, about.
WINDOW_S, ABOUT_HZ = 4.0, 62.5

#: The mean of so many s to either side of a sample is its baseline.
BASELINE_S = 0.4

#: A lead is judged where at most this share of a window is missing. What is still for more than
#: `MOST_STILL` of it, without a change of `STILL_MV` for `STILL_S`, does not oscillate; for more
#: than `OFF` of it, the recorder is out of range, and the lead is not judged.
MOST_MISSING, MOST_STILL, OFF, STILL_MV, STILL_S = 0.03, 0.15, 0.8, 0.002, 0.1

#: A lead that moves less, in mV (root mean square), is not judged.
FAINT_MV = 0.03

#: In every sixth of a window the range is at least this share of the largest: it oscillates
#: throughout.
LEAST_EVEN = 0.08

#: A rate of oscillation that is usual in ventricular fibrillation, in Hz, and the least one: slower
#: than 150 a minute are wide QRS complexes with large T waves, of a heart that still beats.
USUAL_HZ, LEAST_HZ = 4.0, 150 / 60

#: Slower than this, in Hz, it takes so much more of a logit: an agonal rhythm (cu14, cu26) and fine
#: swings in an asystole (cu28) are as slow, and flutter is further above 0. No episode of ``cudb``
#: or of record 207 is lost by it.
SLOW_HZ, SLOW_LOGIT = 2.75, 1.5

#: Where electrodes move the baseline sways as much as the rest oscillates. For each part of the
#: oscillation that it sways more than `STEADY` it takes so much more of a logit. Three of four
#: windows of episodes of ``cudb`` and of record 207 sway less; of those that electrode motion on a
#: single lead makes in DS1, one of twenty.
STEADY, SWAY_LOGIT = 0.35, 3.0

#: The steepest so many s of a window are left out where the steepest sample is asked for.
OUTLIERS_S = 0.05

#: Coefficient of each measure, in the order of `measure_windows`, and the constant. An oscillation
#: is found above 0, a logit of 2 in the fit: with people left out of it, nothing was found there in
#: the databases without fibrillation, and one false episode in 2 h of noise.
COEFFICIENTS = (-7.834, 32.681, -1.189, -0.861, -3.718, 3.139)
CONSTANT = -4.916 - 2.0

#: Logit of what does not oscillate throughout.
NO_OSCILLATION = -20.0


def measure_windows(windows: NDArray[np.float32], fs: float) -> NDArray[np.float64]:
    """Measure windows of a lead.

    Parameters
    ----------
    windows : (k, n) float32
        `WINDOW_S` of signal each, in mV, without gaps.
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
    signal, _ = _split_baseline(windows, fs)
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
    hz = [measure_hz(_split_baseline(lead, fs)[0], fs) for lead in windows]
    return np.asarray(np.fmax.reduce(hz))


def judge_leads(
    windows: NDArray[np.float32], fs: float, swaying: bool = False
) -> NDArray[np.float64]:
    """Tell how much like fibrillation windows of several leads are.

    Parameters
    ----------
    windows : (n_leads, k, n) float32
        `WINDOW_S` of signal each, in mV, NaN where nothing was recorded.
    fs : float
        Sampling rate in Hz.
    swaying : bool
        True where a baseline that sways is no doubt: it is known that the heart fibrillates.

    Returns
    -------
    (k,) float64
        Logit of the lead that is least like it: electrodes move on one lead, the heart on all.
        ``-inf`` where no lead can be judged.
    """
    worst = np.full(windows.shape[1], np.inf)
    for lead in windows:
        logit = np.full(len(lead), np.inf)
        rows = np.flatnonzero(np.isnan(lead).mean(axis=1) <= MOST_MISSING)
        if len(rows):
            logit[rows] = _judge_lead(_fill_gaps(lead[rows]), fs, swaying)
        worst = np.minimum(worst, logit)
    return np.where(np.isfinite(worst), worst, -np.inf)


def _judge_lead(windows: NDArray[np.float32], fs: float, swaying: bool) -> NDArray[np.float64]:
    """Return the logit of windows without gaps; ``inf`` where nothing can be said."""
    measures, still = measure_windows(windows, fs), _share_still(windows, fs)
    signal, baseline = _split_baseline(windows, fs)
    oscillates = (measures[:, 3] >= np.log(LEAST_EVEN)) & (still <= MOST_STILL)
    hz = measure_hz(signal, fs)
    oscillates &= hz >= LEAST_HZ
    sway = baseline.std(axis=1) / (signal.std(axis=1) + 1e-6)
    doubt = np.where(hz < SLOW_HZ, SLOW_LOGIT, 0.0)
    doubt += 0.0 if swaying else SWAY_LOGIT * np.maximum(sway - STEADY, 0)
    logit = np.where(oscillates, _logit(measures) - doubt, NO_OSCILLATION)
    off = (still > OFF) | (signal.std(axis=1) < FAINT_MV)
    return np.where(off, np.inf, logit)


def _logit(measures: NDArray[np.float64]) -> NDArray[np.float64]:
    # One by one: a matrix product may round otherwise when there are other windows beside.
    logit = np.full(len(measures), CONSTANT)
    for column, coefficient in zip(measures.T, COEFFICIENTS, strict=True):
        logit = logit + coefficient * column
    return logit


def _split_baseline(
    windows: NDArray[np.float32], fs: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a signal without its baseline, a little smoothed, and the baseline.

    Both are shorter by `BASELINE_S` on either side.
    """
    reach, n = round(BASELINE_S * fs), windows.shape[1]
    from_first = (windows - windows[:, :1]).astype(np.float64)
    sums = np.cumsum(np.pad(from_first, ((0, 0), (1, 0))), axis=1)
    baseline = (sums[:, 2 * reach + 1 :] - sums[:, : -2 * reach - 1]) / (2 * reach + 1)
    free = from_first[:, reach : n - reach] - baseline
    return (free[:, :-2] + 2 * free[:, 1:-1] + free[:, 2:]) / 4, baseline


def _leak(signal: NDArray[np.float64], half: NDArray[np.int_]) -> NDArray[np.float64]:
    leak = np.empty(len(signal))
    for lag in np.unique(half):
        rows = np.flatnonzero(half == lag)
        late, early = signal[rows, lag:], signal[rows, :-lag]
        whole = (np.abs(late) + np.abs(early)).sum(axis=1) + 1e-6
        leak[rows] = np.abs(late + early).sum(axis=1) / whole
    return leak


def _share_still(windows: NDArray[np.float32], fs: float) -> NDArray[np.float64]:
    """Return the share of each window that is the end of `STILL_S` without a change."""
    still = np.abs(np.diff(windows, axis=1)) < STILL_MV
    n = max(1, round(STILL_S * fs))
    count = np.cumsum(np.pad(still, ((0, 0), (1, 0))), axis=1, dtype=np.int32)
    return np.asarray((count[:, n:] - count[:, :-n] == n).mean(axis=1))


def _fill_gaps(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Hold the last value through a gap; at the start of a window, the first one that comes."""
    missing = np.isnan(windows)
    if not missing.any():
        return windows
    place = np.where(missing, -1, np.arange(windows.shape[1]))
    last = np.maximum.accumulate(place, axis=1)
    last = np.where(last < 0, np.argmin(missing, axis=1)[:, None], last)
    return np.take_along_axis(windows, last, axis=1)
