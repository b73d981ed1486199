"""Where a recorder ran out of range: tops that are cut off.

A wave that is cut off stays at one value to the last bit and is left as steeply as it was entered;
the top of a wave that is not is round. So no range of the recorder has to be known, which a table
of numbers does not tell.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import sliding_maximum

#: A top is cut off from such a length on, in s and in samples.
PLATEAU_S, PLATEAU_SAMPLES = 0.02, 3

#: It is left or entered by so many mV within such a time, s: a T wave is not, a QRS complex is.
STEP_MV, STEP_S, STEP_SAMPLES = 0.1, 0.01, 2

#: Also by so many steps of the recorder, the smallest within some time, s. A coarse one flattens
#: round tops, but where a parabola is a step below its top it is four below at twice the distance.
RESOLUTION_STEPS, RESOLUTION_S = 8, 1.0

#: It lies as far from the middle of what is so many s around, which a resting line does not.
AROUND_S, AROUND_SAMPLES = 1.0, 16


def find_clipped(lead: NDArray[np.float32], fs: float) -> NDArray[np.bool_]:
    """Mark the samples of tops and troughs that are cut off.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV as recorded, at its own sampling rate; NaN where nothing was.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) bool
    """
    marks = np.zeros(len(lead), dtype=bool)
    for start, stop in zip(*_find_plateaus(lead, fs), strict=True):
        marks[start:stop] = True
    return marks


def _find_plateaus(lead: NDArray[np.float32], fs: float) -> tuple[NDArray[np.intp], ...]:
    """First and past-the-end sample of each cut-off top."""
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
    """Take the smallest step between neighbours around each moment: that of the recorder."""
    reach, found = max(2, round(RESOLUTION_S * fs)), np.zeros(len(at), np.float32)
    for row, sample in enumerate(at.tolist()):
        step = np.abs(np.diff(lead[max(0, sample - reach) : sample + reach + 1]))
        found[row] = step[step > 0].min(initial=np.inf)
    return found


def _middle(lead: NDArray[np.float32], at: NDArray[np.intp], fs: float) -> NDArray[np.float32]:
    """Median of some samples around each moment."""
    offset = np.rint(np.linspace(-AROUND_S, AROUND_S, AROUND_SAMPLES) * fs).astype(np.intp)
    around = lead[np.clip(at[:, None] + offset, 0, len(lead) - 1)]
    return np.asarray(np.median(around, axis=1))
