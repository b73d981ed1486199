"""Find the R peaks of a signal on all its leads together."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.beat_choice import choose_beats
from ecg_anomaly.beats.r_peaks.candidates import SLAB_BLOCKS, find_candidates, join_candidates
from ecg_anomaly.beats.r_peaks.lead_energy import BLOCK_S

#: A beat depends on no sample further away than this, in s. At the slowest heart rate levels reach
#: 7 s, dropped waves 3 s, usual intervals 10 s, inserted beats 13 s and gaps 5 s; at usual rates a
#: fourth of it is enough.
REACH_S = 40.0

#: The energy holds little above 40 Hz, so samples are averaged to a rate of 100 to 200 Hz.
LEAST_RATE_HZ = 100.0


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
        Samples, ascending; none where no lead has a signal. Each depends on the samples within
        `REACH_S` only: chunks that overlap by that much, each beginning at a multiple of
        `chunk_grid`, give the beats of the whole signal.

    Raises
    ------
    ValueError
        When `fs` is not positive.
    """
    if not fs > 0:
        raise ValueError(f"fs must be positive but got {fs}.")
    step = _decimation(fs)
    rate, n = fs / step, len(signal) // step
    size = min(max(1, round(BLOCK_S * rate)), max(n, 1))
    parts = [
        find_candidates(signal[: n * step], step, rate, size, first)
        for first in range(0, n // size * size, SLAB_BLOCKS * size)
    ]
    if not parts:
        return np.zeros(0, dtype=np.int64)
    candidates = join_candidates(parts)
    return np.unique(candidates.r_peak[choose_beats(candidates, rate)])


def chunk_grid(fs: float) -> int:
    """Return the number that the first sample of a chunk must be a multiple of."""
    step = _decimation(fs)
    return step * max(1, round(BLOCK_S * fs / step))


def _decimation(fs: float) -> int:
    return max(1, int(fs // LEAST_RATE_HZ))
