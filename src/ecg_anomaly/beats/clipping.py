"""Find clipped waves, whose tops are cut off because the recorder ran out of range.

The top of a clipped wave stays at exactly one value and begins and ends steeply; the top of any
other wave is round. So the range of the recorder need not be known, which many files do not tell.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import sliding_maximum

#: A top that is cut off is at least this long, in s and in samples.
PLATEAU_S, PLATEAU_SAMPLES = 0.02, 3

#: The signal rises or falls at its ends by this many mV within this time, in s and in samples: QRS
#: complexes do, T waves do not.
STEP_MV, STEP_S, STEP_SAMPLES = 0.1, 0.01, 2

#: It rises or falls also by this many steps of the recorder's resolution, the smallest step within
#: this time in s. A coarse resolution flattens round tops as well, but a parabola that is one step
#: below its top is four steps below at twice the distance.
RESOLUTION_STEPS, RESOLUTION_S = 8, 1.0

#: It is as far from the median of this many samples within this time around, in s; the resting line
#: between beats is not.
AROUND_S, AROUND_SAMPLES = 1.0, 16


def find_clipped(lead: NDArray[np.float32], fs: float) -> NDArray[np.bool_]:
    """Mark the samples of tops and troughs that are clipped.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV as recorded, at its own sampling rate; NaN where nothing was.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) bool
        True for clipped samples.
    """
    marks = np.zeros(len(lead), dtype=bool)
    for start, stop in zip(*_find_plateaus(lead, fs), strict=True):
        marks[start:stop] = True
    return marks


def _find_plateaus(lead: NDArray[np.float32], fs: float) -> tuple[NDArray[np.intp], ...]:
    """Return the first and the past-the-end sample of each clipped top or trough."""
    shortest = max(PLATEAU_SAMPLES, round(PLATEAU_S * fs))
    rows = np.flatnonzero(~sliding_maximum(lead[1:] != lead[:-1], shortest - 1))
    if not len(rows):
        return rows, rows
    apart = np.diff(rows) > 1
    start, stop = rows[np.append(True, apart)], rows[np.append(apart, True)] + shortest
    reach = max(STEP_SAMPLES, round(STEP_S * fs))
    inside = (start >= reach) & (stop + reach <= len(lead))
    start, stop = start[inside], stop[inside]
    level, centre = lead[start], (start + stop) // 2
    before, after = level - lead[start - reach], level - lead[stop - 1 + reach]
    top = before * after > 0
    height = np.maximum(np.abs(before), np.abs(after))
    height = np.minimum(height, np.abs(level - _middle(lead, centre, fs)))
    rows = np.flatnonzero(top & (height >= STEP_MV))
    rows = rows[height[rows] >= RESOLUTION_STEPS * _resolution(lead, centre[rows], fs)]
    return start[rows], stop[rows]


def _resolution(lead: NDArray[np.float32], at: NDArray[np.intp], fs: float) -> NDArray[np.float32]:
    """Return the recorder's resolution: the smallest step between neighbours around each moment."""
    reach, found = max(2, round(RESOLUTION_S * fs)), np.zeros(len(at), np.float32)
    for row, sample in enumerate(at.tolist()):
        step = np.abs(np.diff(lead[max(0, sample - reach) : sample + reach + 1]))
        found[row] = step[step > 0].min(initial=np.inf)
    return found


def _middle(lead: NDArray[np.float32], at: NDArray[np.intp], fs: float) -> NDArray[np.float32]:
    """Return the median of some samples around each moment."""
    offset = np.rint(np.linspace(-AROUND_S, AROUND_S, AROUND_SAMPLES) * fs).astype(np.intp)
    around = lead[np.clip(at[:, None] + offset, 0, len(lead) - 1)]
    return np.asarray(np.median(around, axis=1))
