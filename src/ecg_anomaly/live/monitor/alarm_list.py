"""The alarms of one patient that the page lists, open and past, each with its strip of signal."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.alarm import OVER
from ecg_anomaly.live.monitor.recent_signal import RecentSignal, to_json_values

#: Priorities, the most urgent first.
PRIORITIES = ("critical", "high", "review", "technical")

#: Alarms that are kept of a patient: closed ones leave first.
MOST_ALARMS = 30

#: The strip of an alarm begins so long before it and lasts so long, in s.
BEFORE_S, STRIP_S = 4.0, 10.0


class _Strip:
    """Signal around a moment; it fills while more signal comes."""

    def __init__(self, signal: RecentSignal, at_s: float) -> None:
        self.at_s = at_s
        self.start = max(int((at_s - BEFORE_S) * signal.fs), signal.first_sample)
        self.fs, self.leads = signal.fs, signal.leads
        self.end = self.start + int(STRIP_S * signal.fs)
        self.block: NDArray[np.int16] = np.empty((len(signal.leads), 0), dtype=np.int16)
        self.fill(signal)

    @property
    def full(self) -> bool:
        """True when no more is to come."""
        return self.block.shape[1] >= self.end - self.start

    def fill(self, signal: RecentSignal) -> None:
        """Copy what has come since."""
        have = self.start + self.block.shape[1]
        if signal.first_sample <= have < signal.next_sample:
            self.block = np.hstack([self.block, signal.read(have, self.end)])

    def to_message(self) -> dict[str, Any]:
        """Return the strip for the page."""
        said = {"sample": self.start, "fs": self.fs, "leads": self.leads, "at_s": self.at_s}
        return {**said, "values": to_json_values(self.block)}


class AlarmList:
    """Alarms of a patient by key, the last `MOST_ALARMS`, with the signal around each."""

    def __init__(self) -> None:
        self._alarms: dict[str, dict[str, Any]] = {}
        self._strips: dict[str, _Strip] = {}

    def update(self, alarm: dict[str, Any], signal: RecentSignal | None) -> None:
        """Add an alarm, or put it in place of the one with the same key."""
        key = alarm["key"]
        self._alarms[key] = alarm
        at_s = _shown_moment(alarm, signal)
        if signal is not None and at_s is not None and key not in self._strips:
            self._strips[key] = _Strip(signal, at_s)
        if len(self._alarms) > MOST_ALARMS:
            self._drop_one()

    def _drop_one(self) -> None:
        """Drop a closed alarm, else the least urgent one; of these the oldest."""

        def worth(key: str) -> tuple[bool, int, float]:
            alarm = self._alarms[key]
            urgency = -PRIORITIES.index(alarm["priority"])
            return is_open(alarm), urgency, float(alarm["start_s"])

        dropped = min(self._alarms, key=worth)
        del self._alarms[dropped]
        self._strips.pop(dropped, None)

    def __contains__(self, key: str) -> bool:
        return key in self._alarms

    @property
    def any_open(self) -> bool:
        """True while an alarm is not over."""
        return any(is_open(alarm) for alarm in self._alarms.values())

    @property
    def filling(self) -> bool:
        """True while a strip still wants signal."""
        return any(not strip.full for strip in self._strips.values())

    def fill_strips(self, signal: RecentSignal) -> bool:
        """Add new signal to the strips; tell whether one has become full."""
        waiting = [strip for strip in self._strips.values() if not strip.full]
        for strip in waiting:
            strip.fill(signal)
        return any(strip.full for strip in waiting)

    def to_message(self) -> list[dict[str, Any]]:
        """Return the alarms for the page, in the order of their first appearance."""
        return [{**alarm, "open": is_open(alarm)} for alarm in self._alarms.values()]

    def strips_to_message(self) -> dict[str, Any]:
        """Return the strips for the page, by the key of their alarm."""
        return {key: strip.to_message() for key, strip in self._strips.items()}


def _shown_moment(alarm: dict[str, Any], signal: RecentSignal | None) -> float | None:
    """Return the moment that the strip of an alarm is about: its start, if that is still kept.

    A rhythm that is an alarm after a minute began too long ago: then it is when it was raised.
    """
    if signal is None:
        return None
    moments = (float(alarm["start_s"]), float(alarm.get("raised_s", alarm["start_s"])))
    return next((m for m in moments if m * signal.fs >= signal.first_sample), None)


def is_open(alarm: dict[str, Any]) -> bool:
    """Say whether an alarm is not over: a latched one stays open until it is acknowledged."""
    return bool(alarm["state"] != OVER)
