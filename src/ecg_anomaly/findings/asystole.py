"""Find asystole: seconds of readable signal without a QRS complex; fewer of them are a pause.

Both are found by the clock, not by beats, which do not come or are in doubt. What is fed are the
pieces of signal since the last beat, each with its state, see
`ecg_anomaly.findings.beatless_signal`, in gaps that `ecg_anomaly.findings.beat_gaps` chooses.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beatless_signal import SILENT, STEEP
from ecg_anomaly.findings.finding import Finding, rate_of
from ecg_anomaly.findings.limits import FindingLimits

#: Confidence of an asystole that follows a beat that cannot be read, as in fibrillation.
AFTER_UNREADABLE = 0.5

#: A heart that stands still was seen beating: so many beats in a row that can be trusted came once.
#: Without them a quiet signal may be that of electrodes on nothing, and cannot be read.
HEART_BEATS = 5


def count_seen(trusted: NDArray[np.bool_], seen: int = 0) -> NDArray[np.int64]:
    """Count beats in a row that can be trusted, up to `HEART_BEATS`, which once reached stay.

    Parameters
    ----------
    trusted : (n,) bool
        Of the next beats.
    seen : int
        Count before them.

    Returns
    -------
    (n,) int64
        Count after each.
    """
    counts = []
    for beat in trusted.tolist():
        seen = count_one(beat, seen)
        counts.append(seen)
    return np.array(counts, np.int64)


def count_one(trusted: bool, seen: int) -> int:
    """Return the count of `count_seen` after one more beat."""
    return seen if seen >= HEART_BEATS else (seen + 1 if trusted else 0)


class AsystoleRule:
    """Finds asystole; a piece that cannot be read, or looks like a QRS complex, starts it anew.

    A shorter silence that a beat ends, or what looks like a QRS complex, is a pause.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._limit_s, self._pause_s = limits.asystole_s, limits.pause_s
        self._start_s: float | None = None
        self._end_s = 0.0
        self._quality, self._lead = 1.0, ""

    def add_beat(self, time_s: float, quality: float = 1.0, lead: str = "") -> list[Finding]:
        """Take a beat, from which time is counted; return what it ends."""
        self._end_s = max(self._end_s, time_s) if self._start_s is not None else time_s
        found = self._end(beat=True)
        self._start_s = self._end_s = time_s
        self._quality, self._lead = quality or AFTER_UNREADABLE, lead
        return found

    def add_piece(self, start_s: float, end_s: float, state: str) -> list[Finding]:
        """Take a piece of signal without a detected beat; return what is over."""
        if state != SILENT:
            return self._end(beat=state == STEEP)
        if self._start_s is None:
            self._start_s = start_s
        self._end_s = end_s
        return []

    def finish(self) -> list[Finding]:
        """Return the asystole that is under way: the recording ends."""
        return self._end(beat=False)

    def _end(self, beat: bool) -> list[Finding]:
        start_s, self._start_s = self._start_s, None
        lasting_s = 0.0 if start_s is None else self._end_s - start_s
        if start_s is None or lasting_s < min(self._limit_s, self._pause_s):
            return []
        why = f"no QRS complex for {lasting_s:.1f} s on readable signal"
        kind, beats, found_s, rate = "asystole", 0, start_s + self._limit_s, None
        if lasting_s < self._limit_s:
            if not beat:
                return []
            kind, beats, found_s, rate = "pause", 2, self._end_s, rate_of(2, lasting_s)
        quality, lead = self._quality, self._lead
        return [Finding(kind, start_s, self._end_s, found_s, beats, rate, quality, why, lead)]
