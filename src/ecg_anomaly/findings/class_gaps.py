"""Let single beats inside a ventricular run count as ventricular, whatever class they were given.

In a tachycardia a beat is now and then given another class than its neighbours: its shape changes
with breathing, or a P wave falls on it. No heart goes over to its own rhythm for a single beat in
between at the rate of the run, so the beat is one of the run, unless its score is that of a usual
beat.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import (
    UNREADABLE,
    VENTRICULAR,
    BeatBatch,
    BeatRow,
    put_rows_before,
    take_rows,
)
from ecg_anomaly.findings.class_runs import MOST_UNEVEN
from ecg_anomaly.findings.usual_scores import UsualScores, lies_towards

#: Probability of the class of a beat that counts as ventricular for its neighbours' sake.
FILLED = 0.5

#: The two ventricular beats before it are kept, and the beat itself until the next one comes.
REACH = 3

#: The score of such a beat lies this share of the way, at least, from the usual beats before it to
#: the higher one of its neighbours. On DS1 of MIT-BIH and `svdb` three of ten beats that were
#: filled without this rule were normal ones, and none with it.
TOWARDS = 0.25


class GapFiller:
    """Fills gaps of one beat: two ventricular beats before it, one after it, all as fast as a run.

    A beat that may be such a gap is held back until the next one comes; no other one waits, and
    batches do not change what is filled.

    Parameters
    ----------
    least_bpm : float
        Rate from which on beats are a run that is filled: that of a tachycardia.
    """

    def __init__(self, least_bpm: float) -> None:
        self._most_s = 60 / least_bpm
        self._past: list[BeatRow] = []  # the last beats, of which `_held` are not passed on
        self._held = 0
        self._usual = UsualScores(REACH)

    @property
    def waits(self) -> bool:
        """True while a beat is held back."""
        return self._held > 0

    def extend(self, beats: BeatBatch) -> BeatBatch:
        """Take the next beats; return those that nothing can change any more."""
        if not len(beats):
            return beats
        rows = put_rows_before(self._past, beats)
        first = len(rows) - len(beats) - self._held
        inside = self._are_inside(rows)
        may_be = bool(inside[-1])
        is_gap = inside & np.append(rows.number[1:] == VENTRICULAR, False)
        is_gap[:-1] &= self._fit(rows.rr_s[:-1], rows.rr_s[1:])
        self._usual.extend(beats)
        for row in np.flatnonzero(is_gap).tolist():
            usual = self._usual.before(len(rows) - 1 - row)
            is_gap[row] = _leans(rows.score[row - 1 : row + 2], usual)
        filled = replace(
            rows,
            number=np.where(is_gap, np.int8(VENTRICULAR), rows.number),
            probability=np.where(is_gap, FILLED, rows.probability),
        )
        self._past, self._held = take_rows(rows, REACH), int(may_be)
        return filled.select(first, len(rows) - self._held)

    def finish(self) -> BeatBatch | None:
        """Return the beat that is held back, as it is; None where there is none."""
        held, self._held = self._held, 0
        return put_rows_before(self._past[-1:]) if held else None

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
