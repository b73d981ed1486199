"""Find extreme heart rates from R peaks alone, before their beats are decided on.

A decision on a beat waits for the next R peak, which in a bradycardia comes seconds later. That a
rate is extreme is certain with the R peak of the last beat that the rule asks for: no beat has come
before it, whatever will be said of it. So R peaks that are known count here as beats that can be
trusted, after beats that were.
"""

from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    Beat,
    BeatBatch,
    BeatRow,
    put_rows_before,
)
from ecg_anomaly.findings.beat_gaps import AFTER_PEAK_S, BEFORE_PEAK_S
from ecg_anomaly.findings.beatless_signal import SILENT, examine_gap
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.rate_rules import ExtremeRateRule
from ecg_anomaly.live.signal_memory import SignalMemory

KINDS = ("extreme_bradycardia", "extreme_tachycardia")

#: Beats that wait at most until the rules take them; they do before they are asked.
MOST_WAITING = 32

#: Share of a rate that sums of the same intervals in another order differ less by.
TINY = 1e-9


class ForeseenRates:
    """The rules on extreme rates, applied to the R peaks that are known by now.

    Parameters
    ----------
    limits : FindingLimits

    Attributes
    ----------
    found : list of Finding
        Extreme rates that go on by the R peaks of the last `look`.
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._rules = [ExtremeRateRule(kind, limits) for kind in KINDS]
        self._slow_s, self._n_slow = 60 / limits.brady_bpm, limits.brady_beats - 1
        self._fast_s, self._n_fast = 60 / limits.tachy_bpm, limits.tachy_beats - 1
        longest = max(self._n_slow, self._n_fast)
        self._rr_s: deque[float] = deque([np.nan] * longest, maxlen=longest)
        self._beat_s, self._lead = np.nan, ""
        self._waiting: list[BeatRow] = []  # beats that the rules have not been given yet
        self._looked_s = np.nan  # the last R peak of the last `look`
        self.found: list[Finding] = []

    def extend(self, beats: Sequence[Beat]) -> None:
        """Take beats that were decided on."""
        self._waiting += beats
        if len(self._waiting) > MOST_WAITING:
            self._apply_rules()
        self._rr_s.extend(beat.rr_s for beat in beats)
        self._beat_s, self._lead = beats[-1].time_s, beats[-1].lead
        self._looked_s = np.nan

    @property
    def is_extreme(self) -> bool:
        """True where the last beats that were decided on are about at an extreme rate."""
        last = list(self._rr_s)
        fast = sum(last[-self._n_fast :]) < self._n_fast * self._fast_s * (1 + TINY)
        return fast or all(s > self._slow_s for s in last[-self._n_slow :])

    def look(self, undecided_s: NDArray[np.float64], memory: SignalMemory) -> None:
        """Take the R peaks (n,) in s that follow on the last beat, and the signal up to now."""
        times = undecided_s.tolist()
        last_s = times[-1] if times else np.nan
        if last_s == self._looked_s and self._beat_s < times[0]:
            return  # nothing is new
        self.found, self._looked_s = [], last_s
        if not times or not self._beat_s < times[0]:
            return
        rr_s = [later - at for at, later in pairwise([self._beat_s, *times])]
        if self._may_be_slow(rr_s, memory) or self._may_be_fast(rr_s):
            self._apply_rules()
            beats = _as_beats(undecided_s, np.array(rr_s), self._lead)
            for rule in self._rules:
                ahead = deepcopy(rule)
                ahead.extend(beats)
                self.found += [f for f in ahead.finish() if f.end_s >= beats.time_s[-1]]

    def _apply_rules(self) -> None:
        """Give the rules the beats that were decided on: both look at rates alone."""
        if self._waiting:
            beats, self._waiting = put_rows_before(self._waiting), []
            for rule in self._rules:
                rule.extend(beats)

    def _may_be_slow(self, rr_s: list[float], memory: SignalMemory) -> bool:
        last = [*self._rr_s, *rr_s][-self._n_slow :]
        return all(s > self._slow_s for s in last) and self._is_silent(rr_s[0], memory)

    def _may_be_fast(self, rr_s: list[float]) -> bool:
        return sum([*self._rr_s, *rr_s][-self._n_fast :]) < self._n_fast * self._fast_s

    def _is_silent(self, rr_s: float, memory: SignalMemory) -> bool:
        """Tell whether what follows on the last beat was recorded, and no QRS complex is in it."""
        edges = self._beat_s + AFTER_PEAK_S, self._beat_s + rr_s - BEFORE_PEAK_S
        return all(state == SILENT for _, _, state in examine_gap(memory, *edges))


def _as_beats(time_s: NDArray[np.float64], rr_s: NDArray[np.float64], lead: str) -> BeatBatch:
    n, unknown = len(time_s), np.full(len(time_s), np.nan)
    return BeatBatch(
        time_s, rr_s, np.full(n, NORMAL, np.int8), np.ones(n, np.float32), np.ones(n), unknown,
        np.full(n, "", object), np.full(n, lead, object), unknown, unknown,
    )  # fmt: skip
