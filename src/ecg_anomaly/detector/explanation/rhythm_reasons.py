"""Find reasons in the rhythm: premature and late beats, pauses, fast rhythms."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.explanation.reason_measures import NAMED_FROM, ReasonMeasure, only_where
from ecg_anomaly.features.beat_context import BeatsInContext

#: Least and largest spread of log intervals that is used: that of a regular sinus rhythm, and a
#: limit, as in bigeminy or fibrillation the subject's own spread would make no interval unusual.
SPREAD_LIMITS = (0.04, 0.10)

#: Shortest interval that is a pause, in s, and shortest one that may have been clipped.
PAUSE_S, LONGEST_S = 1.5, 2.995

#: Standard deviations between the 10 % and the 90 % quantile of a normal distribution.
_TENTHS = 2.563


def find_in_rhythm(beats: BeatsInContext) -> list[ReasonMeasure]:
    """Compare the intervals of beats with the last ten intervals and with the last minutes.

    Parameters
    ----------
    beats : BeatsInContext
        n beats.

    Returns
    -------
    list of ReasonMeasure
        ``premature``, ``fast``, ``pause``, ``late``, ``pause_after``, ``after_gap``. The expected
        interval is the median of the last ten. A beat that is on time by this but early by the mean
        of the last minutes belongs to a fast rhythm, and is ``fast``. A pause after a beat is a
        reason only if the beat is early, and ranks behind ``premature``. An interval that is NaN
        holds missing signal: its length gives no reason.
    """
    rr, following, rhythm = beats.intervals.previous_s, beats.intervals.next_s, beats.rhythm
    spread = own_spread(beats)
    early, early_by_mean = -np.log(rr / rhythm.local_s), -np.log(rr / rhythm.mean_s)
    held_up = np.minimum(early, np.log(following / rhythm.local_s) / 2)
    long = rr >= PAUSE_S
    fast = only_where(early < early_by_mean / 2, early_by_mean / spread)
    local, mean = _compare(rr, rhythm.local_s), _compare(rr, rhythm.mean_s)
    return [
        ReasonMeasure("premature", early / spread, local),
        ReasonMeasure("fast", fast, mean),
        ReasonMeasure("pause", only_where(long, -early / spread), local),
        ReasonMeasure("late", only_where(~long, -early / spread), local),
        ReasonMeasure("pause_after", held_up / spread, _compare(following, rr)),
        ReasonMeasure("after_gap", np.where(np.isnan(rr), NAMED_FROM, 0.0)),
    ]


def own_spread(beats: BeatsInContext) -> NDArray[np.float64]:
    """Return the spread of the subject's log intervals, within `SPREAD_LIMITS`.

    Returns
    -------
    (n,) float64
        The smaller of the spreads of the last intervals and of the last minutes.
    """
    rhythm = beats.rhythm
    of_minutes = (rhythm.high - rhythm.low) / _TENTHS
    return np.clip(np.minimum(of_minutes, rhythm.irregularity), *SPREAD_LIMITS)


def _compare(rr: NDArray[np.float64], expected: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
    more = np.where(rr >= LONGEST_S, " or more", "")
    return {"rr": rr, "usual": expected, "percent": 100 * np.abs(1 - rr / expected), "more": more}
