"""One monitored patient: takes samples of a stream, and returns the events that they complete."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm import Condition
from ecg_anomaly.live.alarm_book import AlarmBook
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_scorer import MakeBeatStream
from ecg_anomaly.live.events import Event, beat_events, finding_event
from ecg_anomaly.live.patient_snapshot import read_patient, write_patient
from ecg_anomaly.live.patient_watches import PatientWatches
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
        self._turn = max(1, round(TURN_S * fs))
        self.beats = make_beat_stream(fs, leads, name)
        self._watches = PatientWatches(self.memory, limits, settings)
        self._rest = np.zeros((0, len(leads)), np.float32)
        self._acknowledged: list[tuple[int, str]] = []

    @property
    def n_samples(self) -> int:
        """Samples taken so far, of each lead."""
        return self.memory.n_samples + len(self._rest)

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
        events, over = self._watches.follow(signal, decisions, self.beats.undecided_s)
        events += beat_events(self.opened.stream, decisions)
        events += self._say(over) if over else []
        events += self._judge(over)
        return events + self._acknowledge_again() if self._acknowledged else events

    def _judge(self, over: list[Finding]) -> list[Event]:
        """Raise, escalate and end alarms by what goes on now and what was just over."""
        conditions = [Condition.of_finding(finding, True) for finding in over]
        return self.alarms.update(self.now_s, [*conditions, *self._watches.conditions()])

    def status(self) -> dict[str, Any]:
        """Return rate, quality, what goes on and technical problems, for people."""
        return {**self._watches.status(), "alarms_per_hour": self.alarms.per_hour(self.now_s)}

    def lose_link(self, reason: str) -> list[Event]:
        """Take note that no samples come any more; they may come again."""
        self._watches.lose_link(reason)
        return self._judge([])

    def finish(self) -> list[Event]:
        """Return the last events: the stream ends here."""
        events, rest = [], self._rest
        if len(rest):
            self._rest = rest[:0]
            events = self.complete_turn(rest, self.beats.push(rest))
        self.decisions = self.beats.finish()
        over = self._watches.finish(self.decisions)
        events += beat_events(self.opened.stream, self.decisions) + self._say(over)
        return events + self.alarms.update(
            self.now_s, [Condition.of_finding(f, True) for f in over]
        )

    def snapshot(self) -> bytes:
        """Return all that is known, to be restored later, perhaps by another process."""
        n_samples, watches = self.memory.n_samples, self._watches.state()
        state = {"watches": watches, "alarms": self.alarms.state(), "n": n_samples}
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
            self._watches.restore(state["watches"])
            self.alarms.restore(state["alarms"])
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
