"""Let usual beats wait, so that the rules of findings take some of them together.

What the rules find does not depend on the batches that beats come in, and a batch of sixteen beats
takes them hardly longer than a single beat. Only beats wait that cannot begin or end a finding.
"""

import numpy as np

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    BeatBatch,
    BeatRow,
    put_rows_before,
    take_rows,
)
from ecg_anomaly.findings.limits import FindingLimits

#: Beats that wait at most, and seconds that the first of them waits.
MOST_BEATS, LONGEST_S = 16, 12.0

#: Usual beats in a row after which the next ones may wait: what was held back before is over then.
USUAL_BEFORE = 2

#: The interval of a usual beat differs from the one before by this share at most, and is so many
#: times within the limits of extreme rates.
STEADY, WITHIN = 0.15, 1.2


class WaitingBeats:
    """Beats of one stream that wait for others.

    A beat is usual when it is normal, can be trusted, and its RR interval is about that of the beat
    before and far from any limit.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._shortest_s = 60 / limits.tachy_bpm * WITHIN
        self._longest_s = min(60 / limits.brady_bpm, limits.pause_s) / WITHIN
        self._rows: list[BeatRow] = []
        self._since_s, self._n_usual, self._rr_s = 0.0, 0, float("nan")

    def add(self, beats: BeatBatch, may_wait: bool) -> BeatBatch | None:
        """Take the next beats.

        Parameters
        ----------
        beats : BeatBatch
            At least one.
        may_wait : bool
            False while something goes on, which the next beat may end.

        Returns
        -------
        BeatBatch or None
            They and all that waited, in order, to be judged now; None while they wait.
        """
        self._n_usual = self._n_usual + len(beats) if self._are_usual(beats) else 0
        self._rr_s = float(beats.rr_s[-1])
        if not may_wait or self._n_usual <= USUAL_BEFORE or len(self._rows) >= MOST_BEATS - 1:
            return self._take(beats)
        if not self._rows:
            self._since_s = float(beats.time_s[0])
        self._rows += take_rows(beats, len(beats))
        return None

    def take_late(self, now_s: float = np.inf) -> BeatBatch | None:
        """Return all that wait if the first has waited for `LONGEST_S` by now, None otherwise."""
        return self._take() if self._rows and now_s - self._since_s > LONGEST_S else None

    def _take(self, beats: BeatBatch | None = None) -> BeatBatch:
        rows, self._rows = self._rows, []
        return put_rows_before(rows, beats)

    def _are_usual(self, beats: BeatBatch) -> bool:
        before_s = self._rr_s
        columns = beats.number.tolist(), beats.quality.tolist(), beats.rr_s.tolist()
        for number, quality, rr_s in zip(*columns, strict=True):
            within = self._shortest_s < rr_s < self._longest_s  # NaN is not
            if number != NORMAL or quality < TRUSTED_QUALITY or not within:
                return False
            if not abs(rr_s - before_s) <= STEADY * before_s:
                return False
            before_s = rr_s
        return True
