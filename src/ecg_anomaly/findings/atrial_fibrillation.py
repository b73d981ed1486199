"""Find atrial fibrillation by irregular RR intervals, where no P waves are seen.

The method is that of Petrenas, Marozas and Sornmo, "Low-complexity detection of atrial fibrillation
in continuous long-term monitoring", Comput Biol Med 2015;65:184-191, in its causal part:

* intervals from and to ventricular beats are left out, and a median of three intervals removes the
  prematurity of other single ectopic beats; where few intervals remain, as in a bigeminy, nothing
  is said of the atria;
* the irregularity of a beat is the share of pairs among the last `PAIRED` medians that differ by
  more than `UNLIKE_S`; it and the interval are averaged exponentially, and their quotient is taken,
  since intervals in atrial fibrillation are short as well (here the root of the interval, so that a
  slow one is found too);
* a bigeminy is irregular too, but its medians are its intervals in another order: where the sum of
  the last medians is that of the last intervals, no fibrillation is found.

Averages start from the first beats and lag behind by `1 / FORGET` beats, therefore the start of an
episode is dated back, see `LATE_BEATS`.

Premature atrial beats and a wandering pacemaker are irregular too, but in ways that repeat. What
tells them apart is the RR interval LSTM of `ecg_anomaly.features.interval_network`, which has
learnt fibrillation from the beats of hundreds of people: its probability of fibrillation is
averaged likewise, and both must be high. It is asked at every `ASK_EVERY`th interval, and only
where intervals are irregular, since it takes longer than all else. There the signal is looked at as
well, see `ecg_anomaly.findings.p_waves`: where P waves are seen, it is none.
"""

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.sliding import sliding_sum, take_windows
from ecg_anomaly.features.interval_network import OUTPUTS, load_interval_network
from ecg_anomaly.features.recent_intervals import N_INTERVALS, lay_steps, take_recent
from ecg_anomaly.findings.beat_batch import VENTRICULAR, BeatBatch
from ecg_anomaly.findings.finding import Finding, rate_of
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.p_waves import PWaveWatch
from ecg_anomaly.findings.spells import Spell, Spells
from ecg_anomaly.records.record import StreamedRecord

#: Medians that are compared pair by pair, and the difference in s from which on two are unlike.
PAIRED, UNLIKE_S = 8, 0.03
_ONE, _OTHER = np.triu_indices(PAIRED, 1)

#: Weight of the newest beat in the exponential averages, and the least squared difference, as a
#: share, between the sum of medians and that of intervals.
FORGET, LEAST_UNEQUAL = 0.02, 2e-4

#: The LSTM is asked at every so many intervals, where the irregularity is above `ASK_ABOVE`;
#: elsewhere the probability of fibrillation counts as 0.
ASK_EVERY, ASK_ABOVE = 8, 0.45

#: Share of beats whose interval must be known and be none of a ventricular beat, averaged over
#: about so many beats.
LEAST_JUDGED, JUDGED_OVER = 0.4, 32

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
        self._least_probability = limits.af_probability
        self._asked, self._probability = 0, 0.0  # intervals so far, average probability
        self._judged = 1.0  # average share of beats with such an interval
        self._rr_s = np.zeros(0)  # the last intervals that are known
        self._averages: list[float] = []  # the last of each of the three averages
        self._other = True  # whether the last beat is not ventricular
        self._last = False  # whether it fibrillates at the last beat of a known interval
        self._spells, self._p_waves = Spells(back=LATE_BEATS, join_s=JOIN_S), PWaveWatch()

    def extend(self, beats: BeatBatch, recording: StreamedRecord | None = None) -> list[Finding]:
        """Take the next beats, and the signal around them; return the episodes that are over."""
        other = beats.number != VENTRICULAR
        before = np.append(self._other, other)[:-1]
        self._other = bool(np.append(self._other, other)[-1])
        known = np.isfinite(beats.rr_s) & other & before
        at_known = self._judge(beats.rr_s[known], beats.time_s[known], recording)
        # At a beat whose interval is unknown it is as at the last one whose interval is known.
        states = np.append(self._last, at_known)
        self._last = bool(states[-1])
        states = states[np.cumsum(known)] & (self._average_share(known) >= LEAST_JUDGED)
        spells = self._spells.extend(states, beats)
        return [finding for spell in spells for finding in self._describe(spell)]

    def is_quiet(self, n: int) -> bool:
        """Tell whether no episode begins or ends within n beats, whatever they are."""
        if self._spells.is_open:
            (spell,) = self._spells.under_way()
            return spell.end_s - spell.start_s >= self._least_s and self._spells.lasts(n)
        n_asked = len(range(-self._asked % ASK_EVERY, n, ASK_EVERY))
        probable = 1 - (1 - self._probability) * (1 - FORGET) ** (ASK_EVERY * n_asked)
        if probable < self._least_probability or not self._averages:
            return probable < self._least_probability
        usual, irregular, _ = self._averages
        left = (1 - FORGET) ** n  # what is left of the averages
        return 1 - (1 - irregular) * left < self._limit * (usual * left) ** RATE_POWER

    def finish(self) -> list[Finding]:
        """Return the episode that is not over when the recording ends."""
        return [f for spell in self._spells.finish() for f in self._describe(spell)]

    def under_way(self) -> list[Finding]:
        """Return the episode that is not over, as it is by now."""
        return [f for spell in self._spells.under_way() for f in self._describe(spell)]

    def _judge(
        self,
        rr_s: NDArray[np.float64],
        time_s: NDArray[np.float64],
        recording: StreamedRecord | None,
    ) -> NDArray[np.bool_]:
        """Tell at which of some more intervals, which end at `time_s`, it fibrillates."""
        n, reach = len(rr_s), PAIRED + 2
        if not n:
            return np.zeros(0, bool)
        if not len(self._rr_s):
            self._rr_s = np.full(N_INTERVALS, rr_s[0])
        longer = np.concatenate([self._rr_s, rr_s])
        self._rr_s = longer[len(longer) - N_INTERVALS :]
        rows = longer[len(longer) - n - reach :]
        medians = _median_of_three(rows)[-n - PAIRED + 1 :]
        last = take_windows(medians, n)
        unlike = (np.abs(last[_ONE] - last[_OTHER]) > UNLIKE_S).sum(axis=0) / len(_ONE)
        raw = sliding_sum(rows[-n - PAIRED : -1], PAIRED)
        unequal = (sliding_sum(medians, PAIRED) / raw - 1) ** 2
        usual, irregular, unequal = self._average(rr_s, unlike, unequal)
        irregularity = irregular / usual**RATE_POWER
        probable = self._ask_network(longer, irregularity > ASK_ABOVE)
        irregular_enough = (unequal >= LEAST_UNEQUAL) & (irregularity > self._limit)
        suspect = (irregularity > ASK_ABOVE) & (probable > self._least_probability / 2)
        with_p_waves = self._p_waves.extend(time_s, suspect, recording)
        return irregular_enough & (probable > self._least_probability) & ~with_p_waves

    def _ask_network(
        self, rr_s: NDArray[np.float64], worth_asking: NDArray[np.bool_]
    ) -> NDArray[np.float64]:
        """Return the average probability of fibrillation at the last intervals."""
        n = len(worth_asking)
        turns = np.arange((-self._asked) % ASK_EVERY, n, ASK_EVERY)
        self._asked += n
        if not len(turns):
            return np.full(n, self._probability)
        asked = worth_asking[turns]
        new = np.zeros(len(turns))
        if asked.any():
            at = len(rr_s) - n + turns[asked]  # each is the next interval after the one before it
            steps = lay_steps(take_recent(rr_s, at - 1, rr_s[at]))
            new[asked] = load_interval_network().run(steps)[:, OUTPUTS.index("AF")]
        averages = _average_all(new, self._probability, 1 - (1 - FORGET) ** ASK_EVERY)
        self._probability = float(averages[-1])
        return averages[np.searchsorted(turns, np.arange(n), side="right")]

    def _average_share(self, known: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the share of beats that are judged, averaged exponentially up to each."""
        shares = _average_all(known.astype(float), self._judged, 1 / JUDGED_OVER)
        self._judged = float(shares[-1])
        return shares[1:]

    def _average(self, *rows: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Average each sequence exponentially, continuing where the last intervals ended."""
        if not self._averages:
            self._averages = [float(rows[0][0]), 0.0, 0.0]
        found = []
        for place, row in enumerate(rows):
            average = _average_all(row, self._averages[place], FORGET)
            self._averages[place] = float(average[-1])
            found.append(average[1:])
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


def _median_of_three(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of every three neighbours, (n,) to (n - 2,)."""
    a, b, c = values[:-2], values[1:-1], values[2:]
    return np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))


def _average_all(values: NDArray[np.float64], first: float, weight: float) -> NDArray[np.float64]:
    """Return `first` and the exponential average up to each of (n,) values, as (n + 1,)."""

    # scipy.signal takes longer to import than an hour takes
    def go_on(average: float, new: float) -> float:
        return average + weight * (new - average)

    return np.array(list(accumulate(values.tolist(), go_on, initial=first)))
