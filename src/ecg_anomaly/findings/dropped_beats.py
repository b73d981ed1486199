"""Find dropped beats against the expected rhythm: atrioventricular block of second degree.

In a block of 2:1 every second beat is missing, so that intervals are suddenly about twice as long
as they were, and go on so or in turn with usual ones. P waves are not looked at: a block of the
sinus node looks alike. Not alike are a pause after a premature beat (no such beat is before it),
atrial fibrillation (its intervals are never steady) and a slow sinus rhythm (it comes gradually).
"""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import NORMAL, BeatBatch
from ecg_anomaly.findings.finding import Finding, rate_of
from ecg_anomaly.findings.limits import FindingLimits

#: So many usual intervals come before the first dropped beat, and differ by at most this share.
USUAL_BEATS, STEADY = 6, 0.12

#: An interval with a dropped beat is so many times as long as usual ones. Less than twice as well:
#: the atria go faster while the ventricles miss a beat.
LEAST_RATIO, MOST_RATIO = 1.6, 2.2

#: Other intervals differ from usual ones by at most this share while beats are dropped.
CONDUCTED = 0.2

#: Dropped beats further apart than this, in s, do not belong together.
JOIN_S = 60.0


class DroppedBeatRule:
    """Finds spells of dropped beats; batches do not change what it finds.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._least = limits.dropped_beats
        self._rr_s = np.full(USUAL_BEATS, np.nan)  # the last intervals, NaN where not usable
        self._normal = False
        self._usual_s = np.nan  # usual interval of the spell that is under way
        self._start_s = self._end_s = self._found_s = 0.0
        self._dropped = self._beats = self._since = 0
        self._quality, self._lead = 0.0, ""

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the spells that are over."""
        normal = beats.number == NORMAL
        before = np.append(self._normal, normal)[:-1]
        rr_s = np.concatenate([self._rr_s, np.where(normal & before, beats.rr_s, np.nan)])
        self._normal = bool(np.append(self._normal, normal)[-1])
        self._rr_s = rr_s[len(rr_s) - USUAL_BEATS :]
        ratio = rr_s[USUAL_BEATS:] / rr_s[USUAL_BEATS - 1 : -1]
        rises = np.flatnonzero(ratio > LEAST_RATIO * (1 - STEADY)).tolist()
        found: list[Finding] = []
        at = 0
        while at < len(beats):
            if not self._dropped:
                place = bisect_left(rises, at)
                if place == len(rises):
                    break
                at = rises[place]
                self._begin(beats, at, rr_s[at : at + USUAL_BEATS])
            if self._dropped:
                found += self._follow(beats, at, float(rr_s[at + USUAL_BEATS]))
            at += 1
        return found

    @property
    def is_quiet(self) -> bool:
        """True while no spell is under way."""
        return not self._dropped

    def finish(self) -> list[Finding]:
        """Return the spell that is under way: the recording ends, or the spell does."""
        found, self._dropped = self.under_way(), 0
        return found

    def under_way(self) -> list[Finding]:
        """Return the spell that is under way, as it is by now, if it is long enough."""
        dropped = self._dropped
        if dropped < self._least:
            return []
        rate = rate_of(self._beats, self._end_s - self._start_s)
        why = (
            f"{dropped} beats dropped, RR about twice the usual {self._usual_s:.2f} s "
            "(block of second degree, 2:1)"
        )
        return [
            Finding(
                "dropped_beats", self._start_s, self._end_s, self._found_s, self._beats, rate,
                self._quality / dropped, why, self._lead,
            )
        ]  # fmt: skip

    def _begin(self, beats: BeatBatch, row: int, usual_s: NDArray[np.float64]) -> None:
        """Begin a spell with a beat if the intervals before it were steady."""
        middle = float(np.median(usual_s))
        if not np.abs(usual_s / middle - 1).max() <= STEADY:  # true of NaN as well
            return
        rr_s = float(beats.rr_s[row])
        if not LEAST_RATIO * middle <= rr_s <= MOST_RATIO * middle:
            return
        self._usual_s, self._start_s = middle, float(beats.time_s[row]) - rr_s
        self._end_s, self._beats, self._since = self._start_s, 1, 0
        self._quality, self._lead = 0.0, str(beats.lead[row])
        self._dropped = -1  # under way, none counted yet

    def _follow(self, beats: BeatBatch, row: int, rr_s: float) -> list[Finding]:
        """Go on with a spell; return it if this beat is no part of it."""
        time_s, ratio = float(beats.time_s[row]), rr_s / self._usual_s
        self._since += 1
        if LEAST_RATIO <= ratio <= MOST_RATIO and time_s - self._end_s <= JOIN_S:
            self._dropped = max(self._dropped, 0) + 1
            self._beats, self._since, self._end_s = self._beats + self._since, 0, time_s
            self._quality += float(beats.quality[row])
            if self._dropped == self._least:
                self._found_s = time_s
            return []
        if abs(ratio - 1) <= CONDUCTED and time_s - self._end_s <= JOIN_S:
            return []
        return self.finish()
