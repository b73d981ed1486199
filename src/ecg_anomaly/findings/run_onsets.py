"""At the onset of a tachycardia, count beats with raised scores as ventricular.

The first beats of a ventricular tachycardia may be so regular that the detector takes some of them
for normal, with scores far above those of the beats before. An alarm that waits for five flagged
beats in a row comes late then. So of five beats that are fast and even, those that are not flagged
are one with those that are, if their scores lie on the side of theirs.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import NORMAL, VENTRICULAR, BeatBatch
from ecg_anomaly.findings.class_filling import ClassFiller
from ecg_anomaly.findings.usual_scores import UsualScores, lies_towards

#: Of the intervals among these beats the longest is at most so many times the shortest; where one
#: beat alone is ventricular, they are as regular as a tachycardia from one focus.
EVEN, REGULAR = 1.2, 1.08

#: A score is on the side of ventricular beats from this share of the way on, from the usual beats
#: to the highest of the ventricular ones among the five.
NEARER = 0.4

#: And it is higher than this share of the usual ones; other beats need not wait for the next one.
RAISED = 0.75


class OnsetFiller(ClassFiller):
    """Fills the onset of ventricular runs.

    Beats that may be part of an onset are held back until that is known, four at most. They follow
    each other as fast as a tachycardia, so it is known soon.

    Parameters
    ----------
    n_beats : int
        Beats of a tachycardia.
    least_bpm : float
        Their least rate.
    """

    def __init__(self, n_beats: int, least_bpm: float) -> None:
        # Four beats may wait, and an onset that ends with the first of them begins four before it.
        super().__init__(2 * (n_beats - 1))
        self._n, self._most_s = n_beats, 60 / least_bpm
        self._usual = UsualScores(2 * n_beats)

    def _follow(self, beats: BeatBatch) -> None:
        self._usual.extend(beats)

    def _are_plain(self, beats: BeatBatch) -> bool:
        return not beats.rr_s[-1] <= self._most_s and super()._are_plain(beats)

    def _find(self, rows: BeatBatch) -> tuple[NDArray[np.bool_], int]:
        return self._find_onsets(rows), self._count_open(rows)

    def _find_onsets(self, rows: BeatBatch) -> NDArray[np.bool_]:
        """Mark the beats that are not flagged, in each five that are an onset."""
        found, n = np.zeros(len(rows), bool), self._n
        ventricular = rows.number == VENTRICULAR
        if len(rows) < n or not ventricular.any():
            return found
        # A beat that is not flagged has come as fast itself.
        either = ventricular | ((rows.number == NORMAL) & (rows.rr_s <= self._most_s))
        rr_s = sliding_window_view(rows.rr_s[1:], n - 1)
        longest, count = rr_s.max(axis=1), sliding_window_view(ventricular, n).sum(axis=1)
        most = np.where(count > 1, EVEN, REGULAR) * rr_s.min(axis=1)
        may_be = (longest <= self._most_s) & (longest <= most) & (count > 0) & (count < n)
        may_be &= sliding_window_view(either, n).all(axis=1)
        for row in np.flatnonzero(may_be).tolist():
            some = np.arange(row, row + n)
            quiet, top = some[~ventricular[some]], rows.score[some[ventricular[some]]].max()
            if all(self._is_raised(rows, beat, float(top)) for beat in quiet.tolist()):
                found[quiet] = True
        return found

    def _count_open(self, rows: BeatBatch) -> int:
        """Count the last beats that may be part of an onset with those to come."""
        waiting, n, shortest, longest = 0, 0, np.inf, 0.0
        while n < min(self._n - 1, len(rows)):
            row = len(rows) - 1 - n
            rr_s, number = float(rows.rr_s[row]), rows.number[row]
            if longest > EVEN * shortest or not rr_s <= self._most_s:
                break
            if number != VENTRICULAR and not (number == NORMAL and self._is_raised(rows, row)):
                break
            n, shortest, longest = n + 1, min(shortest, rr_s), max(longest, rr_s)
            # One that is flagged need not wait unless an earlier one does.
            waiting = waiting if number == VENTRICULAR else n
        return waiting

    def _is_raised(self, rows: BeatBatch, row: int, top: float = np.nan) -> bool:
        """Tell whether a score is above usual ones; with a `top`, whether it is nearer to it."""
        usual, own = self._usual.before(len(rows) - 1 - row), float(rows.score[row])
        if not len(usual) or not own > np.quantile(usual, RAISED):
            return False
        return top != top or lies_towards(own, top, usual, NEARER)
