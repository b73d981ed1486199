"""Find asystole: seconds of readable signal without a QRS complex.

Asystole is found by the clock, not by beats, which do not come. What is fed are the pieces of
signal since the last beat, each with its state, see `ecg_anomaly.findings.beatless_signal`.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beatless_signal import SILENT
from ecg_anomaly.findings.finding import Finding
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
        seen = seen if seen >= HEART_BEATS else (seen + 1 if beat else 0)
        counts.append(seen)
    return np.array(counts, np.int64)


class AsystoleRule:
    """Finds asystole; a piece that cannot be read, or looks like a QRS complex, starts it anew.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._limit_s = limits.asystole_s
        self._start_s: float | None = None
        self._end_s = 0.0
        self._quality, self._lead = 1.0, ""

    def add_beat(self, time_s: float, quality: float = 1.0, lead: str = "") -> list[Finding]:
        """Take a beat, from which time is counted; return an asystole that it ends."""
        self._end_s = max(self._end_s, time_s) if self._start_s is not None else time_s
        found = self.finish()
        self._start_s = self._end_s = time_s
        self._quality, self._lead = quality or AFTER_UNREADABLE, lead
        return found

    def add_piece(self, start_s: float, end_s: float, state: str) -> list[Finding]:
        """Take a piece of signal without a detected beat; return an asystole that is over."""
        if state != SILENT:
            found = self.finish()
            self._start_s = None
            return found
        if self._start_s is None:
            self._start_s = start_s
        self._end_s = end_s
        return []

    def finish(self) -> list[Finding]:
        """Return the asystole that is under way: the recording ends, or the asystole does."""
        start_s, self._start_s = self._start_s, None
        if start_s is None or self._end_s - start_s < self._limit_s:
            return []
        lasting_s = self._end_s - start_s
        why = f"no QRS complex for {lasting_s:.1f} s on readable signal"
        found_s = start_s + self._limit_s
        return [
            Finding(
                "asystole", start_s, self._end_s, found_s, 0, None, self._quality, why, self._lead
            )
        ]
