"""Judge whether seconds of an ECG oscillate as in ventricular fibrillation or flutter.

The ECG of these has no QRS complexes: it swings to and fro two to eight times a second, about as
steep at any time. Six measures of a window of a lead, after it was freed of its baseline, enter a
logistic model, see `ecg_anomaly.findings.swing_measures`.

The coefficients were fitted to the first 30 s of each episode of the Creighton database (``cudb``)
and of record 207, against what else is without clear QRS complexes: ``cudb`` up to a minute before
its first episode, the DS1 half of MIT-BIH, ``svdb``, ``qtdb`` and ``nstdb``. Every window is judged
by its own samples alone, so that pieces of any length of a running signal give the same.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.swing_measures import (
    fill_gaps,
    measure_hz,
    measure_windows,
    share_still,
    split_baseline,
)

#: A lead is judged where at most this share of a window is missing. What is still for more than
#: `MOST_STILL` of it does not oscillate; for more than `OFF` of it, the recorder is out of range,
#: and the lead is not judged.
MOST_MISSING, MOST_STILL, OFF = 0.03, 0.15, 0.8

#: A lead that moves less, in mV (root mean square), is not judged.
FAINT_MV = 0.03

#: In every sixth of a window the range is at least this share of the largest: it oscillates
#: throughout.
LEAST_EVEN = 0.08

#: The least rate of oscillation in Hz: slower than 150 a minute are wide QRS complexes with large T
#: waves, of a heart that still beats.
LEAST_HZ = 150 / 60

#: Slower than this, in Hz, it takes so much more of a logit: an agonal rhythm (cu14, cu26) and fine
#: swings in an asystole (cu28) are as slow, and flutter is further above 0. No episode of ``cudb``
#: or of record 207 is lost by it.
SLOW_HZ, SLOW_LOGIT = 2.75, 1.5

#: Where electrodes move the baseline sways as much as the rest oscillates. For each part of the
#: oscillation that it sways more than `STEADY` it takes so much more of a logit. Three of four
#: windows of episodes of ``cudb`` and of record 207 sway less; of those that electrode motion on a
#: single lead makes in DS1, one of twenty.
STEADY, SWAY_LOGIT = 0.35, 3.0

#: Coefficient of each measure, in the order of `measure_windows`, and the constant. An oscillation
#: is found above 0, a logit of 2 in the fit: with people left out of it, nothing was found there in
#: the databases without fibrillation, and one false episode in 2 h of noise.
COEFFICIENTS = (-7.834, 32.681, -1.189, -0.861, -3.718, 3.139)
CONSTANT = -4.916 - 2.0

#: Logit of what does not oscillate throughout.
NO_OSCILLATION = -20.0


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
            logit[rows] = _judge_lead(fill_gaps(lead[rows]), fs, swaying)
        worst = np.minimum(worst, logit)
    return np.where(np.isfinite(worst), worst, -np.inf)


def _judge_lead(windows: NDArray[np.float32], fs: float, swaying: bool) -> NDArray[np.float64]:
    """Return the logit of windows without gaps; ``inf`` where nothing can be said."""
    signal, baseline = split_baseline(windows, fs)
    measures, still = measure_windows(signal, fs), share_still(windows, fs)
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
