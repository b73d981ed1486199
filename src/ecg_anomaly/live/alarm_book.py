"""The alarms of one patient: raises, joins, escalates, latches and ends them, by the sample clock.

All times are seconds of the stream, so that the same signal raises the same alarms at the same
samples, in whichever pieces it comes, and again after a restart.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ecg_anomaly.findings.explained_findings import EXPLAINED_BY
from ecg_anomaly.live.alarm import ACTIVE, LATCHED, OVER, Alarm, Condition
from ecg_anomaly.live.alarm_settings import CRITICAL, TECHNICAL, AlarmRule, AlarmSettings
from ecg_anomaly.live.events import ALARM, Event

#: Seconds in which alarms are counted.
HOUR_S = 3600.0


@dataclass
class AlarmBook:
    """The alarms of one patient.

    Attributes
    ----------
    stream : str
    fs : float
        Sampling rate in Hz.
    settings : AlarmSettings
    open : dict of str to Alarm
        Alarms that are not done with, by their kind: one of each at most.
    """

    stream: str
    fs: float
    settings: AlarmSettings
    open: dict[str, Alarm] = field(default_factory=dict)
    _seen_s: dict[str, float] = field(default_factory=dict)  # start of the last episode
    _found_s: dict[str, list[float]] = field(default_factory=dict)  # for n of m
    _last_s: dict[str, float] = field(default_factory=dict)  # when an alarm's condition was last
    _raised_s: list[float] = field(default_factory=list)
    _quiet_until_s: float = 0.0

    def update(self, now_s: float, conditions: Sequence[Condition]) -> list[Event]:
        """Take what goes on now, and what was over since the last time; return what is new.

        Parameters
        ----------
        now_s : float
            Up to where the stream has come.
        conditions : sequence of Condition
        """
        events: list[Event] = []
        if not conditions and not self.open:  # as nearly always
            return self._leave_quiet(now_s)
        for condition in conditions:
            if self._is_new(condition) and not self._is_explained(condition, conditions):
                events += self._raise(condition)
        going_on = {c.kind for c in conditions if c.end_s is None}
        ended_s = {c.kind: c.end_s for c in conditions if c.end_s is not None}
        for alarm in list(self.open.values()):
            if alarm.kind in going_on:
                alarm.last_s, alarm.end_s = now_s, None
            elif alarm.end_s is None:
                events += self._end(alarm, ended_s.get(alarm.kind) or alarm.last_s)
            events += self._escalate(alarm, now_s)
        return events + self._leave_quiet(now_s)

    def _is_new(self, condition: Condition) -> bool:
        if condition.kind not in self.settings.rules:
            return False
        seen_s = self._seen_s.get(condition.kind)
        self._seen_s[condition.kind] = max(condition.start_s, seen_s or 0.0)
        return seen_s is None or condition.start_s > seen_s

    def _is_explained(self, condition: Condition, others: Sequence[Condition]) -> bool:
        """Tell whether another condition at the same time says more, as tachycardia by VT."""
        causes = EXPLAINED_BY.get(condition.kind, ())
        return any(
            other.kind in causes and (other.end_s is None or other.end_s >= condition.start_s)
            for other in others
        )

    def _raise(self, condition: Condition) -> list[Event]:
        kind, rule = condition.kind, self.settings.rules[condition.kind]
        if not self._is_often_enough(condition, rule):
            return []
        alarm = self.open.get(kind)
        last_s = alarm.last_s if alarm else self._last_s.get(kind)
        if alarm:
            alarm.count, alarm.last_s, alarm.end_s = alarm.count + 1, condition.found_s, None
        if last_s is not None and condition.start_s - last_s < rule.refractory_s:
            return []
        at_s = condition.found_s
        if alarm is None:
            key = f"{self.stream}:{kind}:{round(at_s * self.fs)}"
            alarm = Alarm(key, kind, rule.priority, condition.text, condition.start_s, at_s, at_s)
            self.open[kind] = alarm
        alarm.raised_s, alarm.acknowledged, alarm.escalations = at_s, False, 0
        alarm.quiet = at_s < self._quiet_until_s and alarm.priority != CRITICAL
        self._raised_s = [*(s for s in self._raised_s if at_s - s < HOUR_S), at_s]
        return [self._say(alarm, "raised", at_s)]

    def _is_often_enough(self, condition: Condition, rule: AlarmRule) -> bool:
        before = self._found_s.get(condition.kind, [])
        found = [s for s in before if condition.found_s - s <= rule.within_s]
        self._found_s[condition.kind] = [*found, condition.found_s][-rule.count :]
        return len(found) + 1 >= rule.count

    def _end(self, alarm: Alarm, end_s: float) -> list[Event]:
        alarm.end_s = alarm.last_s = end_s
        if alarm.state == OVER:
            self._close(alarm)
        return [self._say(alarm, "ended", end_s)]

    def _close(self, alarm: Alarm) -> None:
        self._last_s[alarm.kind] = alarm.last_s
        self.open.pop(alarm.kind, None)

    def _escalate(self, alarm: Alarm, now_s: float) -> list[Event]:
        """Raise an alarm again that nobody has acknowledged for too long."""
        if alarm.state not in (ACTIVE, LATCHED) or alarm.priority == TECHNICAL or alarm.quiet:
            return []
        settings, events = self.settings, []
        critical = alarm.priority == CRITICAL
        step_s = settings.escalate_critical_s if critical else settings.escalate_high_s
        due_s = alarm.raised_s + (alarm.escalations + 1) * step_s
        while alarm.escalations < settings.most_escalations and due_s <= now_s:
            alarm.escalations += 1
            events.append(self._say(alarm, "escalated", due_s))
            due_s += step_s
        return events

    def _leave_quiet(self, now_s: float) -> list[Event]:
        """Raise what was raised in quiet mode and still goes on, when quiet mode ends."""
        until_s = self._quiet_until_s
        if not 0 < until_s <= now_s:
            return []
        self._quiet_until_s, events = 0.0, []
        for alarm in self.open.values():
            if alarm.quiet:
                alarm.quiet, alarm.raised_s = False, until_s
                events.append(self._say(alarm, "raised", until_s))
        return events

    def acknowledge(self, key: str, now_s: float) -> list[Event]:
        """Take the word of a person that an alarm was seen; nothing happens twice.

        Parameters
        ----------
        key : str
            Of the alarm.
        now_s : float
            Up to where the stream has come.
        """
        alarm = next((a for a in self.open.values() if a.key == key), None)
        if alarm is None or alarm.acknowledged:
            return []
        alarm.acknowledged = True
        if alarm.state == OVER:
            self._close(alarm)
        return [self._say(alarm, "acknowledged", now_s)]

    def be_quiet(self, now_s: float, lasting_s: float | None = None) -> Event:
        """Begin quiet mode, or end it with 0 s; it ends by itself after `lasting_s`."""
        asked_s = self.settings.quiet_s if lasting_s is None else lasting_s
        lasting_s = min(max(asked_s, 0.0), self.settings.longest_quiet_s)
        self._quiet_until_s = now_s + lasting_s
        kind, said = f"{ALARM}.quiet", {"lasting_s": lasting_s}
        return Event(self.stream, round(now_s * self.fs), kind, now_s, said)

    def describe_open(self) -> list[Event]:
        """Return events that say how the alarms are that are not done with; they are not new."""
        return [self._say(alarm, alarm.state, alarm.raised_s) for alarm in self.open.values()]

    def per_hour(self, now_s: float) -> int:
        """Return how many alarms were raised within the last hour."""
        return sum(now_s - s < HOUR_S for s in self._raised_s)

    def _say(self, alarm: Alarm, what: str, at_s: float) -> Event:
        said: dict[str, Any] = {**alarm.to_row(self.fs), "per_hour": self.per_hour(at_s)}
        said["alarm"] = said.pop("kind")
        kind = f"{ALARM}.{alarm.kind}.{what}"
        return Event(self.stream, round(at_s * self.fs), kind, at_s, said)

    def state(self) -> dict[str, Any]:
        """Return all that is known, ready for JSON."""
        known = {name: getattr(self, name) for name in STATE}
        return {**known, "open": [asdict(alarm) for alarm in self.open.values()]}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        for name in STATE:
            setattr(self, name, state[name])
        self.open = {row["kind"]: Alarm(**row) for row in state["open"]}


#: What `AlarmBook.state` holds beside the alarms.
STATE = ("_seen_s", "_found_s", "_last_s", "_raised_s", "_quiet_until_s")
