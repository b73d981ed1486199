"""Watch the beats of a stream: rhythm findings, heart rate, and stretches that cannot be read."""

from collections import deque
from collections.abc import Sequence
from math import inf, isfinite
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import (
    UNREADABLE,
    VENTRICULAR,
    Beat,
    BeatBatch,
    list_beats,
)
from ecg_anomaly.findings.finding import KINDS, Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import BeatRules
from ecg_anomaly.live.alarm import Condition
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.foreseen_rates import ForeseenRates
from ecg_anomaly.live.signal_memory import SignalMemory
from ecg_anomaly.live.waiting_beats import WaitingBeats

#: Beats over which the heart rate and the quality are taken; intervals that a rate needs, and those
#: in a row that it needs after a fibrillation or an asystole.
SHOWN_BEATS, LEAST_KNOWN, MANY_KNOWN = 8, 2, 4

#: Intervals of which the longest is at most so many times the shortest are a steady rate.
MOST_UNEVEN = 1.5

#: Findings that are known while they go on, beside critical ones.
KNOWN_WHILE_ON = ("atrial_fibrillation",)

#: A finding on beats is over when no beat has come for so long, in s.
NO_BEAT_S = 5.0


class BeatWatch:
    """What the beats of a stream amount to so far.

    Parameters
    ----------
    limits : FindingLimits
    settings : AlarmSettings

    Attributes
    ----------
    beat_s : float or None
        Time of the last beat in s.
    batch : list of Beat or None
        The beats of the last `push`; None if there were none.
    """

    def __init__(self, limits: FindingLimits, settings: AlarmSettings) -> None:
        self._rules, self._settings = BeatRules(limits), settings
        self._foreseen, self._waiting = ForeseenRates(limits), WaitingBeats(limits)
        self._last_trusted, self._wary = False, False
        self._going_on: list[Finding] = []
        self._rr_s: deque[float] = deque(maxlen=SHOWN_BEATS)
        self._ventricular: deque[bool] = deque(maxlen=SHOWN_BEATS)
        self._quality: deque[float] = deque(maxlen=SHOWN_BEATS)
        self._read_s, self._why = 0.0, ""  # the last beat that can be read; why later ones cannot
        self.beat_s: float | None = None
        self.batch: list[Beat] | None = None

    def rate_bpm(self, now_s: float) -> float | None:
        """Return the heart rate of the last beats a minute, at `now_s`.

        Returns
        -------
        float or None
            None where no beat has come for `NO_BEAT_S`, most of the last ones cannot be trusted, or
            they are ventricular and at no rate: what is found in noise or in fibrillation has none.
            After these, a rate is one when some steady intervals in a row can be trusted.
        """
        if self.beat_s is None or now_s - self.beat_s > NO_BEAT_S:
            return None
        known = [s for s in self._rr_s if 0 < s < inf]
        if self._wary or len(known) < max(LEAST_KNOWN, len(self._rr_s) / 2):
            return None
        if 2 * sum(self._ventricular) > len(self._rr_s) and not _are_even(known):
            return None
        return 60 / median(known)

    def forget_rate(self) -> None:
        """Forget the last beats: what was taken for them was none, or the heart stood still."""
        self._wary = True
        self._rr_s.clear()
        self._ventricular.clear()

    def quality(self, now_s: float) -> float | None:
        """Return the mean quality of the last beats; None before the first, 0 without any."""
        if self.beat_s is None or not self._quality:
            return None
        return 0.0 if now_s - self.beat_s > NO_BEAT_S else fmean(self._quality)

    def push(self, decisions: BeatDecisions, memory: SignalMemory | None = None) -> list[Finding]:
        """Take the next beats, and the signal around them; return the findings that are over.

        Those without an alarm may be returned with a later beat, see `WaitingBeats`.
        """
        if not len(decisions):
            self.batch = None
            late = self._waiting.take_late(memory.n_samples / memory.fs) if memory else None
            return self._apply_rules(late, memory) if late else []
        self.batch = beats = list_beats(decisions, self._last_trusted)
        self._foreseen.extend(beats)
        last = beats[-1]
        n, extreme = self._waiting.n + len(beats), self._foreseen.is_extreme
        quiet = not extreme and self._rules.are_quiet(n, last.time_s)
        due = self._waiting.add(beats, quiet)
        found = self._apply_rules(due, memory) if due else []
        self._last_trusted = last.number != UNREADABLE and last.quality >= TRUSTED_QUALITY
        self._rr_s.extend(beat.rr_s for beat in beats)
        self._ventricular.extend(beat.number == VENTRICULAR for beat in beats)
        self._quality.extend(beat.quality for beat in beats)
        self._regain_rate()
        self._follow_unreadable(decisions)
        self.beat_s = last.time_s
        return found

    def _regain_rate(self) -> None:
        if self._wary:
            last = list(self._rr_s)[-MANY_KNOWN:]
            known = len(last) == MANY_KNOWN and all(map(isfinite, last))
            self._wary = not (known and _are_even(last))

    def _apply_rules(self, beats: BeatBatch, memory: SignalMemory | None) -> list[Finding]:
        found = self._rules.extend(beats, memory)
        self._going_on = self._rules.under_way()
        return found

    def foresee(self, undecided_s: NDArray[np.float64], memory: SignalMemory) -> None:
        """Look at R peaks that are known and not decided on yet, see `ForeseenRates`."""
        self._foreseen.look(undecided_s if self._last_trusted else undecided_s[:0], memory)

    def finish(self, memory: SignalMemory | None = None) -> list[Finding]:
        """Return the findings that are under way when the stream ends."""
        last = self._waiting.take_late()
        found = self._rules.extend(last, memory) if last else []
        self._going_on = []
        return found + self._rules.finish()

    def _follow_unreadable(self, decisions: BeatDecisions) -> None:
        why = decisions.unreadable.tolist()
        for time_s, reason in zip(decisions.time_s.tolist(), why, strict=True):
            self._read_s = self._read_s if reason else time_s
        self._why = str(why[-1])

    def conditions(self, now_s: float) -> list[Condition]:
        """Return what goes on at `now_s`, and is to be known before it is over."""
        if not (self._going_on or self._foreseen.found):  # as nearly always
            return []
        if self.beat_s is None or now_s - self.beat_s > NO_BEAT_S:
            return []
        return [Condition.of_finding(f, False) for f in self._list_known()]

    def find_unreadable(self, now_s: float, explained: bool = False) -> list[Condition]:
        """Return that no beat can be read, if that has lasted long enough at `now_s`.

        Parameters
        ----------
        now_s : float
        explained : bool
            True while something else tells why there is none: time does not count then.
        """
        if explained:
            self._read_s = max(self._read_s, now_s)
        since_s, lasting_s = self._read_s, self._settings.noise_s
        if now_s - since_s < lasting_s:
            return []
        why = self._why or "no heartbeat is found"
        return [Condition("noise", since_s, since_s + lasting_s, None, why)]

    def _list_known(self) -> Sequence[Finding]:
        known = [finding for finding in self._going_on if self._is_known(finding)]
        kinds = {finding.kind for finding in known}
        return [*known, *(f for f in self._foreseen.found if f.kind not in kinds)]

    def _is_known(self, finding: Finding) -> bool:
        critical = KINDS[finding.kind].level == "critical"
        long = finding.kind.endswith("_run") and finding.lasting_s >= self._settings.run_s
        return critical or long or finding.kind in KNOWN_WHILE_ON


def _are_even(rr_s: Sequence[float]) -> bool:
    return max(rr_s) <= MOST_UNEVEN * min(rr_s)
