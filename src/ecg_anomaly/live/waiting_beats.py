"""Let beats wait, so that the rules of findings take some of them together.

What the rules find does not depend on the batches that beats come in, and a batch of sixteen beats
takes them hardly longer than a single beat. A beat waits while neither it nor those that wait can
complete, or end, what raises an alarm: single abnormal beats wait as usual ones do, and the second
one in a row is passed on with all that wait. What is found without an alarm, as a bigeminy that is
over, is said some seconds later.
"""

from collections.abc import Sequence

import numpy as np

from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    UNREADABLE,
    VENTRICULAR,
    Beat,
    BeatBatch,
    BeatRow,
    put_rows_before,
)
from ecg_anomaly.findings.dropped_beats import LEAST_RATIO, STEADY
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.run_onsets import EVEN

#: Beats that wait at most, and seconds that the first of them waits.
MOST_BEATS, LONGEST_S = 16, 12.0


class WaitingBeats:
    """Beats of one stream that wait for others.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._pause_s, self._fast_s = limits.pause_s, 60 / limits.vt_bpm
        self._two_are_a_run = limits.vt_beats < 3
        self._likely = min(limits.run_likely, limits.run_onset_share)
        self._rows: list[BeatRow] = []
        self._since_s, self._rr_s = 0.0, float("nan")

    @property
    def n(self) -> int:
        """How many beats wait."""
        return len(self._rows)

    def add(self, beats: Sequence[Beat], quiet: bool) -> BeatBatch | None:
        """Take the next beats.

        Parameters
        ----------
        beats : list of Beat
            At least one.
        quiet : bool
            False while something goes on, which the next beat may end or make an alarm of.

        Returns
        -------
        BeatBatch or None
            They and all that waited, in order, to be judged now; None while they wait.
        """
        waits = quiet and len(beats) == 1 and self._is_harmless(beats[0])
        if not self._rows:
            self._since_s = beats[0].time_s
        self._rows += beats
        self._rr_s = beats[-1].rr_s
        return None if waits and len(self._rows) < MOST_BEATS else self._take()

    def take_late(self, now_s: float = np.inf) -> BeatBatch | None:
        """Return all that wait if the first has waited for `LONGEST_S` by now, None otherwise."""
        return self._take() if self._rows and now_s - self._since_s > LONGEST_S else None

    def _take(self) -> BeatBatch:
        rows, self._rows = self._rows, []
        return put_rows_before(rows)

    def _is_harmless(self, beat: Beat) -> bool:
        """Tell whether a beat completes nothing, after those that wait, by itself.

        Extreme rates, and what the rules know of beats before, are asked for elsewhere.
        """
        if beat.rr_s >= self._pause_s:
            return False
        before = Beat._make(self._rows[-1]) if self._rows else None
        if before is not None and self._may_be_a_run(before, beat):
            return False
        if beat.number == VENTRICULAR and self._may_end_an_onset(beat.rr_s):
            return False
        # After a beat that is dropped; never beside one that is abnormal.
        normal = beat.number == NORMAL and (before is None or before.number == NORMAL)
        return not (normal and beat.rr_s > LEAST_RATIO * (1 - STEADY) * self._rr_s)

    def _may_be_a_run(self, before: Beat, beat: Beat) -> bool:
        """Tell whether two beats are abnormal, or may be filled: see the fillers of `ClassRule`."""
        if before.number == VENTRICULAR and beat.rr_s <= self._fast_s:
            return True
        both = self._is_suspect(before) and self._is_suspect(beat)
        return both and not before.number == beat.number == NORMAL

    def _is_suspect(self, beat: Beat) -> bool:
        likely = beat.ventricular + beat.fusion >= self._likely  # NaN is not
        return likely or beat.number not in (NORMAL, UNREADABLE)

    def _may_end_an_onset(self, rr_s: float) -> bool:
        """Tell whether an interval and the one before are those of a tachycardia."""
        shorter, longer = min(rr_s, self._rr_s), max(rr_s, self._rr_s)
        fast = longer <= self._fast_s and longer <= EVEN * shorter
        return fast or (self._two_are_a_run and rr_s <= self._fast_s)
