"""Find clipped waves, whose tops are cut off because the recorder ran out of range.

The range of the recorder need not be known, which many files do not tell. Its end, the *rail*, is
the extreme value of the signal, is reached in several places, and is held; the top of any other
wave is round. A few equal samples on top of a QRS complex, at 128 Hz or 10 bits, are a QRS complex.

Everything is looked for within `RAIL_S` before a top, so that marks depend neither on how a
recording is cut into chunks nor on signal that comes later than the end of the top.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.r_peaks.sliding import sliding_maximum

#: A top that is cut off is at least this long, in s and in samples, and no longer than the third:
#: what lasts longer is a flat line.
PLATEAU_S, PLATEAU_SAMPLES, LONGEST_S = 0.015, 3, 1.0

#: The rail is the extreme value within this time before a top, in s, at which at least this number
#: of tops is held, the top itself included. Earlier tops are not marked: they may be no clipping
#: yet.
RAIL_S, RAIL_TOPS = 10.0, 3

#: The signal falls from the top by this many mV within this time, in s and in samples: QRS
#: complexes do, T waves and the resting line do not.
STEP_MV, STEP_S, STEP_SAMPLES = 0.1, 0.01, 2

#: It falls also by this many steps of the recorder's resolution, the smallest step within this time
#: before it, in s. A coarse resolution flattens round tops as well, but a parabola that is one step
#: below its top is four steps below at twice the distance.
RESOLUTION_STEPS, RESOLUTION_S = 8, 2.0

#: A rail is also far from the median of the last signal, unlike the resting line between beats:
#: time in s, and number of samples of it that the median is taken of.
MIDDLE_S, MIDDLE_SAMPLES = 2.0, 16

#: What a marked run depends on, ahead of its end: at low rates, some samples.
CLIPPING_REACH = Reach(RAIL_S + MIDDLE_S + 2 * LONGEST_S, 0.035)


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
    start, stop, height = _find_plateaus(lead, fs)
    for sign in (1, -1):
        rows = _at_rail(sign * lead, start, stop, fs)
        high = height[rows] >= RESOLUTION_STEPS * _resolution(lead, start[rows], fs)
        for row in rows[high].tolist():
            marks[start[row] : stop[row]] = True
    return marks


def find_tops(lead: NDArray[np.float32], fs: float) -> NDArray[np.intp]:
    """Find the tops and troughs that may be clipped, far faster than `find_clipped`.

    Parameters
    ----------
    lead, fs
        As for `find_clipped`.

    Returns
    -------
    (m,) int
        First sample of each: of a run of equal samples from which the signal falls on both sides.
        `find_clipped` marks no other runs, and none where fewer than `RAIL_TOPS` are within
        `RAIL_S`.
    """
    return _find_held(lead, fs)[0]


def top_reach(fs: float) -> int:
    """Return how long before the end of a lead, in samples, tops begin that are found later."""
    return int(LONGEST_S * fs) + 2 * _step_reach(fs) + 1


def run_ends(marks: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the end of the marked run that each sample lies in.

    Parameters
    ----------
    marks : (n,) bool

    Returns
    -------
    (n,) int
        The first sample from this one on that is not marked, n where there is none.

    Examples
    --------
    >>> run_ends(np.array([False, True, True, False, True])).tolist()
    [0, 3, 3, 3, 5]
    """
    n = len(marks)
    return np.minimum.accumulate(np.where(marks, n, np.arange(n))[::-1])[::-1]


def _find_plateaus(
    lead: NDArray[np.float32], fs: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """First and past-the-end sample of held tops and troughs, and how far the signal falls."""
    start, stop, height = _find_held(lead, fs)
    if len(start):
        height = np.minimum(height, np.abs(lead[start] - _middle(lead, start, fs)))
    rows = np.flatnonzero(height >= STEP_MV)
    return start[rows], stop[rows], height[rows]


def _find_held(
    lead: NDArray[np.float32], fs: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """As `_find_plateaus`, however near they are to the median of the signal before them."""
    shortest = max(PLATEAU_SAMPLES, int(np.ceil(PLATEAU_S * fs)))
    rows = np.flatnonzero(~sliding_maximum(lead[1:] != lead[:-1], shortest - 1))
    if not len(rows):
        return rows, rows, np.zeros(0, np.float32)
    apart = np.diff(rows) > 1
    start, stop = rows[np.append(True, apart)], rows[np.append(apart, True)] + shortest
    reach = _step_reach(fs)
    inside = (start >= reach) & (stop + reach <= len(lead)) & (stop - start <= LONGEST_S * fs)
    start, stop = start[inside], stop[inside]
    level = lead[start]
    before, after = level - lead[start - reach], level - lead[stop - 1 + reach]
    height = np.maximum(np.abs(before), np.abs(after))
    rows = np.flatnonzero((before * after > 0) & (height >= STEP_MV))
    return start[rows], stop[rows], height[rows]


def _step_reach(fs: float) -> int:
    return max(STEP_SAMPLES, round(STEP_S * fs))


def _at_rail(
    lead: NDArray[np.float32], start: NDArray[np.intp], stop: NDArray[np.intp], fs: float
) -> NDArray[np.intp]:
    """Return the plateaus at the largest value before them that is held in several places."""
    reach, level = round(RAIL_S * fs), lead[start]
    first, found = np.searchsorted(start, start - reach), []
    for row in np.flatnonzero(np.arange(len(start)) - first >= RAIL_TOPS - 1).tolist():
        last = level[first[row] : row + 1]
        if (last == level[row]).sum() < RAIL_TOPS or last.max() > level[row]:
            continue
        signal = lead[max(0, start[row] - reach) : stop[row]]
        if np.fmax.reduce(signal) == level[row]:
            found.append(row)
    return np.array(found, np.intp)


def _resolution(lead: NDArray[np.float32], at: NDArray[np.intp], fs: float) -> NDArray[np.float32]:
    """Return the recorder's resolution: the smallest step between neighbours before each moment."""
    reach, found = max(2, round(RESOLUTION_S * fs)), np.zeros(len(at), np.float32)
    for row, sample in enumerate(at.tolist()):
        step = np.abs(np.diff(lead[max(0, sample - reach) : sample + 1]))
        found[row] = step[step > 0].min(initial=np.inf)
    return found


def _middle(lead: NDArray[np.float32], at: NDArray[np.intp], fs: float) -> NDArray[np.float32]:
    """Return the median of some samples before each moment, NaN where all of them are missing."""
    offset = np.rint(np.linspace(-MIDDLE_S, 0, MIDDLE_SAMPLES) * fs).astype(np.intp)
    before = lead[np.maximum(at[:, None] + offset, 0)]
    # Unlike `np.nanmedian` this does not warn of a row without a value.
    ordered, rows = np.sort(before, axis=1), np.arange(len(before))
    known = np.isfinite(before).sum(axis=1)
    low, high = np.maximum(known - 1, 0) // 2, known // 2
    return np.asarray((ordered[rows, low] + ordered[rows, high]) / 2, np.float32)
