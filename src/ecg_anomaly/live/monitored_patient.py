"""One monitored patient: takes samples of the stream, and returns the events that they complete."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.finding import KINDS, LEVELS, Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm import Condition, label_of
from ecg_anomaly.live.alarm_book import AlarmBook
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_scorer import MakeBeatStream
from ecg_anomaly.live.beat_watch import BeatWatch
from ecg_anomaly.live.events import Event, beat_events, finding_event
from ecg_anomaly.live.fibrillation_watch import FibrillationWatch
from ecg_anomaly.live.gap_watch import GapWatch
from ecg_anomaly.live.lead_watch import LeadWatch
from ecg_anomaly.live.patient_snapshot import read_patient, write_patient
from ecg_anomaly.live.signal_memory import SignalMemory
from ecg_anomaly.live.sources.source import StreamOpened

#: Samples are taken in turns of this length in s, counted from the start of the stream: what is
#: said does not depend on the pieces in which they come.
TURN_S = 0.2

#: Seconds of signal that are kept: a strip of an alarm, and the usual beats before a gap.
KEPT_S = 30.0


class MonitoredPatient:
    """What is known of one patient, from the samples so far.

    Parameters
    ----------
    opened : StreamOpened
        Names the stream, its sampling rate and its leads.
    make_beat_stream : callable
        Makes what scores its beats.
    limits : FindingLimits
    settings : AlarmSettings

    Attributes
    ----------
    opened : StreamOpened
    alarms : AlarmBook
    memory : SignalMemory
        The last seconds of the signal.
    beats : BeatStream
        Scores its beats.
    decisions : BeatDecisions
        On the beats of the last turn or `push`, for whoever shows them.
    """

    def __init__(
        self,
        opened: StreamOpened,
        make_beat_stream: MakeBeatStream,
        limits: FindingLimits,
        settings: AlarmSettings,
    ) -> None:
        name, fs, leads = opened.stream, opened.fs, opened.leads
        self.opened, self.alarms = opened, AlarmBook(name, fs, settings)
        self.memory = SignalMemory(name, fs, leads, KEPT_S)
        self.decisions = concatenate_decisions([])
        self._settings, self._turn = settings, max(1, round(TURN_S * fs))
        self.beats = make_beat_stream(fs, leads, name)
        self._rhythm, self._gap = BeatWatch(limits, settings), GapWatch(limits)
        self._fibrillation = FibrillationWatch(limits)
        self._leads = LeadWatch(name, fs, leads, settings.leads_off_s)
        self._rest = np.zeros((0, len(leads)), np.float32)
        self._lost: Condition | None = None  # the link, while no samples come
        self._going_on: list[Condition] = []
        self._acknowledged: list[tuple[int, str]] = []

    @property
    def n_samples(self) -> int:
        """Samples taken so far, of each lead."""
        return self.memory.n_samples + len(self._rest)

    @property
    def no_signal(self) -> NDArray[np.float32]:
        """No samples of its leads."""
        return np.zeros((0, len(self.opened.leads)), np.float32)

    @property
    def now_s(self) -> float:
        """Seconds of signal that were looked at."""
        return self.memory.n_samples / self.opened.fs

    def push(self, signal: NDArray[np.float32]) -> list[Event]:
        """Take the next samples and return the events that they complete.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV, NaN where missing.
        """
        events, found = [], []
        for turn in self.cut_turns(signal):
            events += self.complete_turn(turn, self.beats.push(turn))
            found.append(self.decisions)
        self.decisions = concatenate_decisions(found)
        return events

    def cut_turns(self, signal: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Cut the next samples into whole turns; the rest waits for more."""
        signal = np.concatenate([self._rest, signal]) if len(self._rest) else signal
        whole = len(signal) // self._turn * self._turn
        self._rest = signal[whole:].copy()
        return [signal[start : start + self._turn] for start in range(0, whole, self._turn)]

    def complete_turn(self, signal: NDArray[np.float32], decisions: BeatDecisions) -> list[Event]:
        """Take a turn and the decisions that it completes; return its events.

        Parameters
        ----------
        signal : (n, n_leads) float32
            From `cut_turns`, in order.
        decisions : BeatDecisions
            Of `beats`, which this signal was pushed into.
        """
        self.memory.append(signal)
        self.decisions = decisions
        events = self._leads.push(signal, self.now_s)
        self._lost = None
        over = self._follow_beats()
        self._gap.look(self.memory)
        if self._rhythm.batch is not None:
            self._fibrillation.add_beats(self._rhythm.batch, self.now_s)
            self._rhythm.batch = None
        over += self._fibrillation.look(self.memory)
        events += beat_events(self.opened.stream, self.decisions) + self._say(over)
        events += self._judge(over)
        return events + self._acknowledge_again() if self._acknowledged else events

    def _follow_beats(self) -> list[Finding]:
        over, made = self._rhythm.push(self.decisions), self.decisions
        for time_s, quality, lead in zip(made.time_s, made.quality, made.lead, strict=True):
            over += self._gap.add_beat(self.memory, float(time_s), float(quality), str(lead))
        return over

    def _judge(self, over: list[Finding]) -> list[Event]:
        """Raise, escalate and end alarms by what goes on now and what was just over."""
        conditions = [Condition.of_finding(finding, True) for finding in over]
        self._going_on = self._rhythm.conditions(self.now_s) + self._conditions_without_beats()
        conditions += self._going_on
        return self.alarms.update(self.now_s, conditions)

    def _conditions_without_beats(self) -> list[Condition]:
        found = [self._lost] if self._lost else []
        found += [Condition.of_finding(f, False) for f in self._fibrillation.under_way()]
        since_s, off_s = self._gap.asystole_since_s, self._gap.off_since_s
        if since_s is not None:
            limit_s = self._gap.limits.asystole_s
            why = f"no QRS complex for {limit_s:g} s on readable signal"
            found.append(Condition("asystole", since_s, since_s + limit_s, None, why))
        if off_s is not None and self.now_s - off_s >= self._settings.leads_off_s:
            found_s = off_s + self._settings.leads_off_s
            found.append(Condition("leads_off", off_s, found_s, None, "no lead has a signal"))
        return found

    def status(self) -> dict[str, Any]:
        """Return rate, quality, what goes on and technical problems, for people."""
        going_on = [c for c in self._going_on if c.kind in KINDS]
        going_on.sort(key=lambda c: LEVELS.index(KINDS[c.kind].level))
        off = [f"lead {lead} is off" for lead in self._leads.off]
        technical = [label_of(c.kind) for c in self._going_on if c.kind not in KINDS]
        silent = any(c.kind in ("asystole", "leads_off", "link_lost") for c in self._going_on)
        return {
            "rate_bpm": None if silent else self._rhythm.rate_bpm,
            "quality": self._rhythm.quality,
            "finding": label_of(going_on[0].kind) if going_on else "",
            "level": KINDS[going_on[0].kind].level if going_on else "",
            "technical": [*technical, *off],
            "alarms_per_hour": self.alarms.per_hour(self.now_s),
        }

    def lose_link(self, reason: str) -> list[Event]:
        """Take note that no samples come any more; they may come again."""
        if self._lost is None:
            self._lost = Condition("link_lost", self.now_s, self.now_s, None, reason)
        return self._judge([])

    def finish(self) -> list[Event]:
        """Return the last events: the stream ends here."""
        events, rest = [], self._rest
        if len(rest):
            self._rest = rest[:0]
            events = self.complete_turn(rest, self.beats.push(rest))
        self.decisions = self.beats.finish()
        over = self._follow_beats() + self._rhythm.finish() + self._gap.finish(self.now_s)
        over += self._fibrillation.finish()
        events += beat_events(self.opened.stream, self.decisions) + self._say(over)
        return events + self.alarms.update(
            self.now_s, [Condition.of_finding(f, True) for f in over]
        )

    def snapshot(self) -> bytes:
        """Return all that is known, to be restored later, perhaps by another process."""
        state = {
            "rhythm": self._rhythm, "gap": self._gap, "vf": self._fibrillation,
            "leads": self._leads.state(), "alarms": self.alarms.state(), "lost": self._lost,
            "n": self.memory.n_samples,
        }  # fmt: skip
        return write_patient(state, self.beats.snapshot(), self.memory.state(), self._rest)

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot of the same stream.

        Raises
        ------
        UserError
            When it is damaged, or of another detector, rate or choice of leads; the patient is not
            to be used then.
        """
        name = self.opened.stream
        state, beats, signal, rest = read_patient(snapshot, name)
        self.beats.restore(beats)
        try:
            self.memory.restore(int(state["n"]), signal)
            self._leads.restore(state["leads"])
            self.alarms.restore(state["alarms"])
            self._rhythm, self._gap, self._lost = state["rhythm"], state["gap"], state["lost"]
            self._fibrillation = state["vf"]
            self._rest = rest.astype(np.float32)
        except (ValueError, KeyError, TypeError) as error:
            rule = f"its snapshot is none of this stream ({error})"
            raise UserError(name, rule, "it starts anew") from error

    def acknowledge_later(self, sample: int, key: str) -> None:
        """Have an alarm acknowledged when the stream comes to a sample, as it was before."""
        self._acknowledged.append((sample, key))

    def _acknowledge_again(self) -> list[Event]:
        due = [pair for pair in self._acknowledged if pair[0] <= self.memory.n_samples]
        self._acknowledged = [pair for pair in self._acknowledged if pair not in due]
        return [e for at, key in due for e in self.alarms.acknowledge(key, at / self.opened.fs)]

    def _say(self, findings: list[Finding]) -> list[Event]:
        return [finding_event(self.opened.stream, f, self.opened.fs) for f in findings]
