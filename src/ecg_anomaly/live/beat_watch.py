"""Watch the beats of a stream: rhythm findings, heart rate, and stretches that cannot be read."""

from collections import deque

import numpy as np

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import BeatBatch, make_batch
from ecg_anomaly.findings.finding import KINDS, Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import BeatRules
from ecg_anomaly.live.alarm import Condition
from ecg_anomaly.live.alarm_settings import AlarmSettings

#: Beats over which the heart rate and the quality are taken.
SHOWN_BEATS = 8

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
    batch : BeatBatch or None
        The beats of the last `push`, as rules take them; None if there were none.
    """

    def __init__(self, limits: FindingLimits, settings: AlarmSettings) -> None:
        self._rules, self._settings = BeatRules(limits), settings
        self._last_trusted = False
        self._going_on: list[Finding] = []
        self._rr_s: deque[float] = deque(maxlen=SHOWN_BEATS)
        self._quality: deque[float] = deque(maxlen=SHOWN_BEATS)
        self._unreadable: tuple[float, str] | None = None  # since when, and why
        self.beat_s: float | None = None
        self.batch: BeatBatch | None = None

    @property
    def rate_bpm(self) -> float | None:
        """Heart rate of the last beats a minute; None where no interval is known."""
        known = [s for s in self._rr_s if np.isfinite(s) and s > 0]
        return 60 / float(np.median(known)) if known else None

    @property
    def quality(self) -> float | None:
        """Mean quality of the last beats; None before the first."""
        return float(np.mean(self._quality)) if self._quality else None

    def push(self, decisions: BeatDecisions) -> list[Finding]:
        """Take the next beats; return the findings that are over."""
        if not len(decisions):
            self.batch = None
            return []
        self.batch = make_batch(decisions, self._last_trusted)
        found = self._rules.extend(self.batch)
        readable = decisions.unreadable[-1] == ""
        self._last_trusted = bool(readable and decisions.quality[-1] >= TRUSTED_QUALITY)
        self._rr_s.extend(decisions.rr_s[-SHOWN_BEATS:].tolist())
        self._quality.extend(decisions.quality[-SHOWN_BEATS:].tolist())
        self._follow_unreadable(decisions)
        self.beat_s = float(decisions.time_s[-1])
        self._going_on = self._rules.under_way()
        return found

    def finish(self) -> list[Finding]:
        """Return the findings that are under way when the stream ends."""
        self._going_on = []
        return self._rules.finish()

    def _follow_unreadable(self, decisions: BeatDecisions) -> None:
        for time_s, why in zip(decisions.time_s.tolist(), decisions.unreadable, strict=True):
            if not why:
                self._unreadable = None
            elif self._unreadable is None:
                self._unreadable = time_s, str(why)

    def conditions(self, now_s: float) -> list[Condition]:
        """Return what goes on at `now_s`, and is to be known before it is over."""
        if self.beat_s is None or now_s - self.beat_s > NO_BEAT_S:
            return []
        found = [Condition.of_finding(f, False) for f in self._going_on if self._is_known(f)]
        if self._unreadable is not None:
            since_s, why = self._unreadable
            found_s = since_s + self._settings.noise_s
            if self.beat_s >= found_s:
                found.append(Condition("noise", since_s, found_s, None, why))
        return found

    def _is_known(self, finding: Finding) -> bool:
        critical = KINDS[finding.kind].level == "critical"
        long = finding.kind.endswith("_run") and finding.lasting_s >= self._settings.run_s
        return critical or long or finding.kind in KNOWN_WHILE_ON
