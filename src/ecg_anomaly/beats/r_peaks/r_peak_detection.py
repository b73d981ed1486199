"""Find the R peaks of a signal on all its leads together."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.beat_choice import CHOICE_AHEAD_S, CHOICE_BACK_S
from ecg_anomaly.beats.r_peaks.energy_batch import BACK_S as CANDIDATE_BACK_S
from ecg_anomaly.beats.r_peaks.lead_energy import BLOCK_S
from ecg_anomaly.beats.r_peaks.lead_levels import BACK_BLOCKS, ENOUGH_BLOCKS
from ecg_anomaly.beats.r_peaks.r_peak_finder import RPeakFinder

#: An R peak depends on no sample further before it, and after it, than this, in s: on the
#: candidates around it, which depend on the levels of the blocks before. Nearly all are known a
#: quarter of a second later, see `RPeakFinder`.
BACK_S = CHOICE_BACK_S + (BACK_BLOCKS + 1) * BLOCK_S + CANDIDATE_BACK_S + 0.1
AHEAD_S = CHOICE_AHEAD_S + (ENOUGH_BLOCKS + 1) * BLOCK_S + 0.4


def find_r_peaks(signal: NDArray[np.float32], fs: float) -> NDArray[np.int64]:
    """Find R peaks on all leads together.

    Parameters
    ----------
    signal : (n, n_leads) float32
        Amplitude, in mV or any other unit; NaN where nothing was recorded. The R peak is placed on
        the first lead that has a clear QRS complex.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n_beats,) int64
        Samples, ascending; none where no lead has a signal. Each depends on the samples from
        `BACK_S` before to `AHEAD_S` after it only: chunks that overlap by that much, each beginning
        at a multiple of `chunk_grid`, give the beats of the whole signal.

    Raises
    ------
    ValueError
        When `fs` is not positive.
    """
    finder = RPeakFinder(fs, signal.shape[1])
    found = np.concatenate([finder.extend(signal), finder.finish()])
    return np.unique(np.minimum(found, len(signal) - 1))


def chunk_grid(fs: float) -> int:
    """Return the number that the first sample of a chunk must be a multiple of."""
    grid = Grid.of(fs)
    return grid.step * grid.size
