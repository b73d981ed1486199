"""Find atrial fibrillation by irregular RR intervals, without P waves.

The method is that of Petrenas, Marozas and Sornmo, "Low-complexity detection of atrial fibrillation
in continuous long-term monitoring", Comput Biol Med 2015;65:184-191, in its causal part:

* intervals from and to ventricular beats are left out, and a median of three intervals removes the
  prematurity of other single ectopic beats;
* the irregularity of a beat is the share of pairs among the last `PAIRED` medians that differ by
  more than `UNLIKE_S`; it and the interval are averaged exponentially, and their quotient is taken,
  since intervals in atrial fibrillation are short as well (here the root of the interval, so that a
  slow one is found too);
* a bigeminy is irregular too, but its medians are its intervals in another order: where the sum of
  the last medians is that of the last intervals, no fibrillation is found.

Averages start from the first beats and lag behind by `1 / FORGET` beats, therefore the start of an
episode is dated back, and its end too, see `LATE_BEATS`.
"""

from itertools import accumulate, combinations

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import VENTRICULAR, BeatBatch
from ecg_anomaly.findings.finding import Finding, rate_of
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.spells import Spell, Spells

#: Medians that are compared pair by pair, and the difference in s from which on two are unlike.
PAIRED, UNLIKE_S = 8, 0.03

#: Weight of the newest beat in the exponential averages, and the least squared difference, as a
#: share, between the sum of medians and that of intervals.
FORGET, LEAST_UNEQUAL = 0.02, 2e-4

#: Irregularity is divided by this power of the mean RR in s; 1 in the publication.
RATE_POWER = 0.5

#: Beats by which the start of an episode is found late.
LATE_BEATS = 32

#: Episodes closer than this, in s, are one.
JOIN_S = 30.0


class FibrillationRule:
    """Finds episodes of atrial fibrillation.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._limit, self._least_s = limits.af_irregularity, limits.af_s
        self._rr_s = np.zeros(0)  # the last intervals that are known
        self._averages: list[float] = []  # the last of each of the three averages
        self._other = True  # whether the last beat is not ventricular
        self._last = False  # whether it fibrillates at the last beat of a known interval
        self._spells = Spells(back=LATE_BEATS, join_s=JOIN_S)

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the episodes that are over."""
        other = beats.number != VENTRICULAR
        before = np.append(self._other, other)[:-1]
        self._other = bool(np.append(self._other, other)[-1])
        known = np.isfinite(beats.rr_s) & other & before
        at_known = self._judge(beats.rr_s[known])
        # At a beat whose interval is unknown it is as at the last one whose interval is known.
        states = np.append(self._last, at_known)
        self._last = bool(states[-1])
        spells = self._spells.extend(states[np.cumsum(known)], beats)
        return [finding for spell in spells for finding in self._describe(spell)]

    def finish(self) -> list[Finding]:
        """Return the episode that is not over when the recording ends."""
        return [f for spell in self._spells.finish() for f in self._describe(spell)]

    def _judge(self, rr_s: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell at which of some more intervals it fibrillates."""
        n, reach = len(rr_s), PAIRED + 2
        if not n:
            return np.zeros(0, bool)
        if not len(self._rr_s):
            self._rr_s = np.full(reach, rr_s[0])
        rows = np.concatenate([self._rr_s, rr_s])
        self._rr_s = rows[len(rows) - reach :]
        medians = np.median(np.lib.stride_tricks.sliding_window_view(rows, 3), axis=1)
        last = np.lib.stride_tricks.sliding_window_view(medians[-n - PAIRED + 1 :], PAIRED).T
        pairs = list(combinations(last, 2))
        unlike = sum((np.abs(a - b) > UNLIKE_S).astype(np.int32) for a, b in pairs) / len(pairs)
        raw = np.lib.stride_tricks.sliding_window_view(rows[-n - PAIRED : -1], PAIRED).sum(axis=1)
        unequal = (last.sum(axis=0) / raw - 1) ** 2
        usual, irregular, unequal = self._average(rr_s, unlike, unequal)
        return (unequal >= LEAST_UNEQUAL) & (irregular / usual**RATE_POWER > self._limit)

    def _average(self, *rows: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Average each sequence exponentially, continuing where the last intervals ended."""
        if not self._averages:
            self._averages = [float(rows[0][0]), 0.0, 0.0]
        found = []
        for place, row in enumerate(rows):  # scipy.signal takes longer to import than an hour takes
            steps = accumulate(row.tolist(), _forget, initial=self._averages[place])
            average = np.array(list(steps)[1:])
            self._averages[place] = float(average[-1])
            found.append(average)
        return found

    def _describe(self, spell: Spell) -> list[Finding]:
        lasting_s = spell.end_s - spell.start_s
        if lasting_s < self._least_s:
            return []
        rate = rate_of(spell.beats, lasting_s)
        why = f"RR intervals irregular for {lasting_s:.0f} s"
        return [
            Finding(
                "atrial_fibrillation", spell.start_s, spell.end_s,
                max(spell.found_s, spell.start_s + self._least_s), spell.beats, rate,
                spell.quality / spell.held, why, spell.lead,
            )
        ]  # fmt: skip


def _forget(average: float, new: float) -> float:
    return average + FORGET * (new - average)
