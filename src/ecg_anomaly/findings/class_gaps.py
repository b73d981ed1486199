"""Let single beats inside a ventricular run count as ventricular, whatever class they were given.

In a tachycardia a beat is now and then given another class than its neighbours: its shape changes
with breathing, or a P wave falls on it. No heart goes over to its own rhythm for a single beat in
between at the rate of the run, so the beat is one of the run, unless its score is that of a usual
beat.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import UNREADABLE, VENTRICULAR, BeatBatch
from ecg_anomaly.findings.class_filling import ClassFiller
from ecg_anomaly.findings.class_runs import MOST_UNEVEN
from ecg_anomaly.findings.usual_scores import UsualScores, lies_towards

#: The two ventricular beats before it are kept, and the beat itself until the next one comes.
REACH = 3

#: The score of such a beat lies this share of the way, at least, from the usual beats before it to
#: the higher one of its neighbours. On DS1 of MIT-BIH and `svdb` three of ten beats that were
#: filled without this rule were normal ones, and none with it.
TOWARDS = 0.25


class GapFiller(ClassFiller):
    """Fills gaps of one beat: two ventricular beats before it, one after it, all as fast as a run.

    A beat that may be such a gap is held back until the next one comes.

    Parameters
    ----------
    least_bpm : float
        Rate from which on beats are a run that is filled: that of a tachycardia.
    """

    def __init__(self, least_bpm: float) -> None:
        super().__init__(REACH)
        self._most_s = 60 / least_bpm
        self._usual = UsualScores(REACH)

    def _follow(self, beats: BeatBatch) -> None:
        self._usual.extend(beats)

    def _find(self, rows: BeatBatch) -> tuple[NDArray[np.bool_], int]:
        inside = self._are_inside(rows)
        is_gap = inside & np.append(rows.number[1:] == VENTRICULAR, False)
        is_gap[:-1] &= self._fit(rows.rr_s[:-1], rows.rr_s[1:])
        for row in np.flatnonzero(is_gap).tolist():
            usual = self._usual.before(len(rows) - 1 - row)
            is_gap[row] = _leans(rows.score[row - 1 : row + 2], usual)
        return is_gap, int(inside[-1])

    def _are_inside(self, beats: BeatBatch) -> NDArray[np.bool_]:
        """Tell which beats are none of a run, after two ventricular ones, at the rate of a run."""
        v = beats.number == VENTRICULAR
        other = ~v & (beats.number != UNREADABLE)
        after = np.zeros(len(v), bool)
        after[2:] = v[1:-1] & v[:-2] & self._fit(beats.rr_s[1:-1], beats.rr_s[2:])
        return other & after

    def _fit(self, one_s: NDArray[np.float64], next_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which pairs of intervals are both short, and about as long as each other."""
        longer, shorter = np.maximum(one_s, next_s), np.minimum(one_s, next_s)
        return (longer <= self._most_s) & (longer <= MOST_UNEVEN * shorter)


def _leans(scores: NDArray[np.float64], usual: NDArray[np.float64]) -> bool:
    """Tell whether the middle one of three scores lies towards the others, away from usual ones."""
    if not len(usual) or not np.isfinite(scores).all():
        return True
    return lies_towards(float(scores[1]), float(max(scores[0], scores[2])), usual, TOWARDS)
