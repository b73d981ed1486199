"""All watches of one patient: beats, gaps, fibrillation, leads, ongoing conditions."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import UNREADABLE
from ecg_anomaly.findings.finding import KINDS, LEVELS, Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm import Condition, label_of
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_watch import BeatWatch
from ecg_anomaly.live.events import Event
from ecg_anomaly.live.fibrillation_watch import FibrillationWatch
from ecg_anomaly.live.gap_watch import GapWatch
from ecg_anomaly.live.lead_watch import LeadWatch
from ecg_anomaly.live.signal_memory import SignalMemory

#: Conditions in which no heart rate is shown.
NO_RATE = frozenset({"asystole", "ventricular_fibrillation", "leads_off", "link_lost"})

#: Conditions without beats that can be read.
EXPLAIN_NO_BEAT = NO_RATE


class PatientWatches:
    """Follows the signal and the beats of a patient.

    Parameters
    ----------
    memory : SignalMemory
        The last seconds of the signal, which it looks at.
    limits : FindingLimits
    settings : AlarmSettings
    """

    def __init__(
        self, memory: SignalMemory, limits: FindingLimits, settings: AlarmSettings
    ) -> None:
        self._memory, self._settings = memory, settings
        self._rhythm, self._gap = BeatWatch(limits, settings), GapWatch(limits)
        self._fibrillation = FibrillationWatch(limits)
        self._leads = LeadWatch(memory.name, memory.fs, memory.leads, settings.leads_off_s)
        self._lost: Condition | None = None  # the link, while no samples come
        self._going_on: list[Condition] = []

    @property
    def now_s(self) -> float:
        """Seconds of signal so far."""
        return self._memory.n_samples / self._memory.fs

    def follow(
        self,
        signal: NDArray[np.float32],
        decisions: BeatDecisions,
        undecided_s: NDArray[np.float64],
    ) -> tuple[list[Event], list[Finding]]:
        """Take a turn; return what changed of the leads, and the findings that are over."""
        events, self._lost = self._leads.push(signal, self.now_s), None
        over = self._follow_beats(decisions)
        self._rhythm.foresee(undecided_s, self._memory)
        self._gap.look(self._memory, self._settings.leads_off_s)
        if self._rhythm.batch is not None:
            self._fibrillation.add_beats(self._rhythm.batch, self.now_s)
            self._rhythm.batch = None
        return events, over + self._fibrillation.look(self._memory)

    def _follow_beats(self, made: BeatDecisions) -> list[Finding]:
        over = self._rhythm.push(made, self._memory)
        for beat in self._rhythm.batch or ():
            quality = 0.0 if beat.number == UNREADABLE else beat.quality
            over += self._gap.add_beat(self._memory, beat.time_s, quality, beat.lead)
        return over

    def finish(self, decisions: BeatDecisions) -> list[Finding]:
        """Take the last beats; return the findings that are over and under way."""
        over = self._follow_beats(decisions) + self._rhythm.finish(self._memory)
        return over + self._gap.finish(self.now_s) + self._fibrillation.finish()

    def lose_link(self, reason: str) -> None:
        """Take note that no samples come any more; they may come again."""
        if self._lost is None:
            self._lost = Condition("link_lost", self.now_s, self.now_s, None, reason)

    def conditions(self) -> list[Condition]:
        """Return what goes on now, and may raise an alarm."""
        found, now_s = [self._lost] if self._lost else [], self.now_s
        found += self._rhythm.conditions(now_s)
        found += [Condition.of_finding(f, False) for f in self._fibrillation.under_way()]
        if self._gap.spans:
            found += self._list_gaps()
        explained = bool(found) and any(condition.kind in EXPLAIN_NO_BEAT for condition in found)
        found += self._rhythm.find_unreadable(now_s, explained)
        self._going_on = found
        if found and self._has_no_rate:
            self._rhythm.forget_rate()
        return found

    def _list_gaps(self) -> list[Condition]:
        """Return the asystole, or the time without an electrode, that goes on."""
        found = []
        since_s, off_s = self._gap.asystole_since_s, self._gap.off_since_s
        if since_s is not None:
            limit_s = self._gap.limits.asystole_s
            why = f"no QRS complex for {limit_s:g} s on readable signal"
            found.append(Condition("asystole", since_s, since_s + limit_s, None, why))
        if off_s is not None and self.now_s - off_s >= self._settings.leads_off_s:
            found_s = off_s + self._settings.leads_off_s
            found.append(Condition("leads_off", off_s, found_s, None, "no lead has a signal"))
        return found

    @property
    def _has_no_rate(self) -> bool:
        return any(condition.kind in NO_RATE for condition in self._going_on)

    def status(self) -> dict[str, Any]:
        """Return rate, quality, what goes on and technical problems, for people."""
        going_on = [c for c in self._going_on if c.kind in KINDS]
        going_on.sort(key=lambda c: LEVELS.index(KINDS[c.kind].level))
        off = [f"lead {lead} is off" for lead in self._leads.off]
        technical = [label_of(c.kind) for c in self._going_on if c.kind not in KINDS]
        return {
            "rate_bpm": None if self._has_no_rate else self._rhythm.rate_bpm(self.now_s),
            "quality": self._rhythm.quality(self.now_s),
            "finding": label_of(going_on[0].kind) if going_on else "",
            "level": KINDS[going_on[0].kind].level if going_on else "",
            "technical": [*technical, *off],
        }

    def state(self) -> dict[str, Any]:
        """Return all that is known, for `ecg_anomaly.live.plain_state`."""
        return {
            "rhythm": self._rhythm, "gap": self._gap, "fibrillation": self._fibrillation,
            "leads": self._leads.state(), "lost": self._lost,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError, KeyError, TypeError
            When it is none of such a patient.
        """
        kinds = {"rhythm": BeatWatch, "gap": GapWatch, "fibrillation": FibrillationWatch}
        if not all(isinstance(state[name], kind) for name, kind in kinds.items()):
            raise TypeError("no watches")
        self._leads.restore(state["leads"])
        self._rhythm, self._gap = state["rhythm"], state["gap"]
        self._fibrillation, self._lost = state["fibrillation"], state["lost"]
