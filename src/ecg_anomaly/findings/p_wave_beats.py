"""Tell P waves that were found as beats in an asystole from QRS complexes.

In a standstill the atria may go on. Where no QRS complex comes the threshold of the R peak detector
falls, until it finds their P waves: the seconds of silence seem to have beats. Such a beat comes
after a long interval, and in no lead it is steeper than the P waves were before the QRS complexes
until then. A QRS complex is not as flat, however small: its P wave would be as much smaller.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beatless_signal import FLAT_MV
from ecg_anomaly.findings.usual_rises import AROUND_S, USUAL_BEATS, measure_p_waves, read_rises
from ecg_anomaly.records.record import StreamedRecord

#: Only a beat after an interval of so many s, and of so many times the usual one, is asked for, and
#: those that follow it until a QRS complex comes.
LEAST_GAP_S, LEAST_TIMES = 1.5, 1.5

#: What rises more, in mV, is no P wave in any lead.
MOST_MV = 0.4

#: The last usual beats are looked for among so many; the others may be P waves.
BEATS_BEFORE = 64


def mark_p_waves(recording: StreamedRecord, time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which beats of a recording are P waves in a standstill, (n,) bool.

    Parameters
    ----------
    recording : StreamedRecord
        As for `is_p_wave`; it is read only around beats that come late.
    time_s : (n,) float64
        All beats, ascending.
    """
    found = np.zeros(len(time_s), bool)
    for row in (np.flatnonzero(np.diff(time_s) >= LEAST_GAP_S) + 1).tolist():
        if found[row - 1]:
            continue  # it was looked at with the one before
        before = slice(max(0, row - BEATS_BEFORE), row)
        last_s = time_s[before][~found[before]][-USUAL_BEATS:]
        while row < len(time_s) and is_p_wave(recording, float(time_s[row]), last_s):
            found[row], row = True, row + 1
    return found


def comes_late(time_s: float, last_s: NDArray[np.float64] | Sequence[float]) -> bool:
    """Tell at little cost whether `is_p_wave` has anything to look at, as it rarely has."""
    return len(last_s) >= USUAL_BEATS and bool(time_s - last_s[-1] >= LEAST_GAP_S)


def is_p_wave(recording: StreamedRecord, time_s: float, last_s: NDArray[np.float64]) -> bool:
    """Tell whether what was found as a beat comes late, and is as flat as the P waves before.

    Parameters
    ----------
    recording : StreamedRecord
        Mean values of one at a high rate, see `ecg_anomaly.records.averaged_record`.
    time_s : float
        Of the beat.
    last_s : (n,) float64
        The beats before it, without those that were P waves.
    """
    if not comes_late(time_s, last_s):
        return False
    usual_s = float(np.median(np.diff(last_s[-USUAL_BEATS:])))
    if time_s - last_s[-1] < LEAST_TIMES * usual_s:
        return False
    rises = read_rises(recording, np.array([time_s]), -AROUND_S, AROUND_S)
    known = None if (rises > MOST_MV).any() else measure_p_waves(recording, last_s)
    if known is None or not len(rises):
        return False
    most, clear = known
    shows = clear & (rises[0] >= FLAT_MV)  # that lead is not off, or out of range
    return bool(shows.any() and (rises[0] <= most).all())
