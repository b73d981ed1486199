"""Tell the page in the browser what to show of each patient, as messages.

They hold plain JSON values, and the samples of the signal as an array.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.live.events import ALARM, Event
from ecg_anomaly.live.monitored_patient import MonitoredPatient

#: Sampling rate of the signal that is shown, at most, in Hz.
SHOWN_FS = 128.0

#: Seconds of signal between two messages about rate and quality.
STATUS_S = 1.0

#: Seconds of signal that a browser is given when it begins to show a patient.
SHOWN_S = 20.0


class Feed(Protocol):
    """Takes messages for the page: `ecg_anomaly.live.monitor.feed.MonitorFeed`."""

    def publish(self, message: dict[str, Any]) -> None:
        """Take a message."""

    def is_watched(self, patient_id: str) -> bool:
        """Tell whether a browser shows the signal of a patient."""


class PageFeed(Feed, Protocol):
    """Takes messages for the page, and knows what browsers show."""

    def watched(self) -> frozenset[str]:
        """Return the streams whose signal a browser shows."""


class Display:
    """Publishes what there is to see of the patients of an engine.

    Parameters
    ----------
    feed : Feed
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._shown: dict[str, _Shown] = {}

    def open(self, patient: MonitoredPatient) -> None:
        """Show a patient; one of the same name, who was shown before, is shown no more."""
        opened, fs = patient.opened, patient.opened.fs
        if opened.stream in self._shown:
            self.remove(opened.stream)
        self._shown[opened.stream] = _Shown(ThinnedSignal(fs))
        name = opened.title or opened.stream
        leads = list(opened.leads)
        self._publish(patient, "patient", name=name, leads=leads, fs=fs, unit="mV")

    def end(self, patient: MonitoredPatient, reason: str) -> None:
        """Show that the stream of a patient is over, and why, if it was closed for a reason."""
        shown = self._shown[patient.opened.stream]
        self._show_signal(patient, shown)
        status = {**patient.status(), "rate_bpm": None, "quality": None, "finding": ""}
        said = f"closed: {reason}" if reason else "has ended"
        self._publish(patient, "status", **{**status, "technical": [], "level": "", "ended": said})

    def remove(self, stream: str) -> None:
        """Show a patient no more."""
        if self._shown.pop(stream, None):
            self._feed.publish({"type": "removed", "id": stream})

    def show(self, patient: MonitoredPatient, events: Sequence[Event]) -> None:
        """Show a patient as it is now, and the events that have come since the last time.

        The signal is shown while a browser asks for it, then from some seconds before on.
        """
        shown = self._shown[patient.opened.stream]
        if self._feed.is_watched(patient.opened.stream):
            self._show_signal(patient, shown)
        if patient.decisions is not shown.decisions:
            shown.decisions = patient.decisions
            self._show_beats(patient)
        self.show_alarms(patient, events)
        if events or patient.now_s >= shown.next_status_s:
            shown.next_status_s = patient.now_s + STATUS_S
            self._publish(patient, "status", **patient.status())

    def show_alarms(self, patient: MonitoredPatient, events: Sequence[Event]) -> None:
        """Show the alarms that events are about, and nothing else."""
        for event in events:
            if event.group == ALARM and "key" in event.said:
                self._publish(patient, "alarm", alarm=_alarm_row(event))

    def _show_signal(self, patient: MonitoredPatient, shown: "_Shown") -> None:
        """Show the signal that came since it was shown last, `SHOWN_S` of it at most."""
        memory, thinned = patient.memory, shown.signal
        oldest = max(memory.n_samples - round(SHOWN_S * memory.fs), memory.first_kept)
        if thinned.n_samples < oldest:
            shown.signal = thinned = ThinnedSignal(memory.fs, oldest)
        sample, values = thinned.push(memory.read(thinned.n_samples, memory.n_samples))
        if len(values):
            leads, fs = list(patient.opened.leads), thinned.fs
            said = {"sample": sample, "fs": fs, "leads": leads, "values": values.T}
            self._publish(patient, "signal", **said)

    def _show_beats(self, patient: MonitoredPatient) -> None:
        made = patient.decisions
        if not len(made):
            return
        columns = (
            made.sample, made.time_s, made.aami, made.score, made.anomalous, made.reason,
            made.unreadable,
        )  # fmt: skip
        names = ("sample", "time_s", "aami", "score", "flagged", "reason", "unreadable")
        rows = zip(*(column.tolist() for column in columns), strict=True)
        beats = [dict(zip(names, map(_number, row), strict=True)) for row in rows]
        self._publish(patient, "beats", beats=beats)

    def _publish(self, patient: MonitoredPatient, kind: str, **said: Any) -> None:
        self._feed.publish({"type": kind, "id": patient.opened.stream, **said})


@dataclass
class _Shown:
    """What is shown of a patient: signal, the time of the next status, the last decisions."""

    signal: "ThinnedSignal"
    next_status_s: float = 0.0
    decisions: BeatDecisions | None = None


class ThinnedSignal:
    """A signal at a lower rate: of each few samples the one farthest from their mean is shown.

    Parameters
    ----------
    fs : float
        Sampling rate of what is pushed, in Hz.
    start : int
        Number of the first sample that will be pushed.

    Attributes
    ----------
    fs : float
        Sampling rate of what is shown.
    n_samples : int
        Number of the sample that is to be pushed next.
    """

    def __init__(self, fs: float, start: int = 0) -> None:
        self._step, self.n_samples = max(1, int(np.ceil(fs / SHOWN_FS))), start
        self.fs, self._next = fs / self._step, -(-start // self._step)
        self._skip = self._next * self._step - start
        self._rest: NDArray[np.float32] | None = None

    def push(self, signal: NDArray[np.float32]) -> tuple[int, NDArray[np.float32]]:
        """Take (n, n_leads) samples; return the number of the first one shown, and (m, n_leads)."""
        self.n_samples += len(signal)
        if self._skip:
            skipped, signal = signal[: self._skip], signal[self._skip :]
            self._skip -= len(skipped)
        rest = signal if self._rest is None else np.concatenate([self._rest, signal])
        m = len(rest) // self._step
        groups = rest[: m * self._step].reshape(m, self._step, signal.shape[1])
        self._rest, first = rest[m * self._step :], self._next
        self._next += m
        # Of a group with a missing sample all are NaN, and the first of them is shown.
        away = np.abs(groups - groups.mean(axis=1, keepdims=True)).argmax(axis=1)
        return first, groups[np.arange(m)[:, None], away, np.arange(signal.shape[1])]


def _alarm_row(event: Event) -> dict[str, Any]:
    said = event.said
    names = ("key", "label", "priority", "state", "start_s", "end_s", "text", "raised_s", "count")
    row = {name: _number(said[name]) for name in names}
    return {**row, "kind": said["alarm"], "sample": said["at_sample"]}


def _number(value: Any) -> Any:
    """Return a value for JSON: None for what is no number, four decimals."""
    if not isinstance(value, float):
        return value
    return round(value, 4) if np.isfinite(value) else None
