"""Judge the candidates for beats of one recording one by one, as they come.

What `judge_candidates` says of many candidates at once takes NumPy a hundred times as long for a
single one as a few numbers of Python do. Of a signal that comes in short pieces there is a single
one at a time, and nearly none is in doubt.
"""

from collections import deque
from itertools import islice, pairwise
from math import inf, nan

from ecg_anomaly.beats.r_peaks.candidates import Candidates
from ecg_anomaly.beats.r_peaks.gap_filling import DOUBT_S, EARLY_SPAN
from ecg_anomaly.beats.r_peaks.sure_beats import (
    EARLY,
    EARLY_NOISE_GAIN,
    LEAST,
    LEAST_IN_GAP,
    LONGEST_RR_S,
    LOUD,
    MOST_UNSTEADY,
    NEXT_S,
    NOISE_GAIN,
    NOISE_GAIN_IN_GAP,
    QUIET,
    STEADY,
    USUAL_BEATS,
    USUAL_S,
)
from ecg_anomaly.beats.r_peaks.wave_dropping import (
    BEFORE,
    HIGHEST,
    REFRACTORY_S,
    ROUNDS,
    T_WAVE_S,
    T_WAVE_SHARE,
)

#: A bit for each round of `drop_waves` and one for its beginning: whether a candidate is kept.
_KEPT = (1 << ROUNDS + 1) - 1


class CandidateJudge:
    """Judges each candidate by those before it: a beat, none, or in doubt.

    Parameters
    ----------
    rate : float
        Sampling rate of the candidates in Hz.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        # Sample, height and rounds in which it is kept, of the last candidates.
        self._last: deque[tuple[int, float, int]] = deque(maxlen=BEFORE)
        # Samples of the last candidates that are high, the intervals between them in s, and the
        # usual one.
        self._high: deque[int] = deque(maxlen=USUAL_BEATS + 1)
        self._intervals: deque[float] = deque(maxlen=USUAL_BEATS)
        self._usual_s = nan

    def judge(self, new: Candidates) -> tuple[list[bool], bool]:
        """Judge the candidates that follow.

        Parameters
        ----------
        new : Candidates
            In order, after all those that were judged before.

        Returns
        -------
        sure : list of bool
            True for beats without doubt.
        doubted : bool
            True when one of the others may be a beat as well.
        """
        columns = new.sample.tolist(), new.height.tolist(), new.noise.tolist()
        judged = [self._judge(*one) for one in zip(*columns, strict=True)]
        return [sure for sure, _ in judged], any(doubted for _, doubted in judged)

    def _judge(self, sample: int, height: float, noise: float) -> tuple[bool, bool]:
        """Tell whether a candidate is a beat without doubt, and whether it is in doubt."""
        above = noise - QUIET if noise > QUIET else 0.0
        usual = nan
        if self._high and sample - self._high[-1] <= DOUBT_S * self._rate:
            usual = self._usual_s * self._rate
        if not self._is_kept(sample, height):
            return False, False
        high, sure = height > LEAST + NOISE_GAIN * above, False
        if high:
            sure = not self._is_early(sample, height, noise, usual)
            self._add_high(sample)
        enough = height > LEAST_IN_GAP + NOISE_GAIN_IN_GAP * above and (high or noise < LOUD)
        return sure, enough and not sure and usual < inf

    def _is_kept(self, sample: int, height: float) -> bool:
        """Tell whether a candidate is no wave of a higher one before, as `drop_waves` does."""
        dropped = 0  # by candidates that are kept in these rounds
        for former, its_height, kept in self._last:
            apart = (sample - former) / self._rate
            if apart < REFRACTORY_S:
                drops = height <= its_height
            else:
                fall = min(max((T_WAVE_S - apart) / (T_WAVE_S - REFRACTORY_S), 0.0), 1.0)
                drops = height < T_WAVE_SHARE * fall * min(its_height, HIGHEST)
            if drops:
                dropped |= kept
        kept = _KEPT & ~(dropped << 1)
        self._last.append((sample, height, kept))
        return bool(kept >> ROUNDS)

    def _is_early(self, sample: int, height: float, noise: float, usual: float) -> bool:
        """Tell whether one that is high is low and early, and not at a steady new rate."""
        since = sample - self._high[-1] if self._high else inf
        if not height < min(EARLY + EARLY_NOISE_GAIN * noise, 1.0):
            return False
        if not since + NEXT_S * self._rate < EARLY_SPAN * usual:
            return False
        last = [*islice(reversed(self._high), STEADY)]
        intervals = [since, *(after - before for after, before in pairwise(last))]
        return len(intervals) < STEADY or not max(intervals) <= MOST_UNSTEADY * min(intervals)

    def _add_high(self, sample: int) -> None:
        """Take note of one that is high, and of the median interval up to it."""
        if self._high:
            self._intervals.append((sample - self._high[-1]) / self._rate)
        self._high.append(sample)
        longest = USUAL_S * self._rate
        near = [
            interval
            for begun, interval in zip(self._high, self._intervals, strict=False)
            if interval <= LONGEST_RR_S and sample - begun <= longest
        ]
        self._usual_s = sorted(near)[(len(near) - 1) // 2] if near else nan
