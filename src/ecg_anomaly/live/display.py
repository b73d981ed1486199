"""Tell the page in the browser what to show of each patient, as messages of plain JSON values."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.events import ALARM, Event
from ecg_anomaly.live.monitored_patient import MonitoredPatient

#: Sampling rate of the signal that is shown, at most, in Hz.
SHOWN_FS = 128.0

#: Seconds of signal between two messages about rate and quality.
STATUS_S = 1.0


class Feed(Protocol):
    """Takes messages for the page: `ecg_anomaly.live.monitor.feed.MonitorFeed`."""

    def publish(self, message: dict[str, Any]) -> None:
        """Take a message."""


class Display:
    """Publishes what there is to see of the patients of an engine.

    Parameters
    ----------
    feed : Feed
    """

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._signals: dict[str, ThinnedSignal] = {}
        self._next_status_s: dict[str, float] = {}

    def open(self, patient: MonitoredPatient) -> None:
        """Show a patient; nothing changes for one that is shown already."""
        opened, fs = patient.opened, patient.opened.fs
        if opened.stream not in self._signals:
            self._signals[opened.stream] = ThinnedSignal(fs, patient.n_samples)
        name = opened.title or opened.stream
        leads = list(opened.leads)
        self._publish(patient, "patient", name=name, leads=leads, fs=fs, unit="mV")

    def show(
        self, patient: MonitoredPatient, signal: NDArray[np.float32], events: Sequence[Event]
    ) -> None:
        """Show some more signal of a patient, and the events that it completed.

        Parameters
        ----------
        patient : MonitoredPatient
        signal : (n, n_leads) float32
            In mV.
        events : sequence of Event
        """
        self._show_signal(patient, signal)
        self._show_beats(patient)
        for event in events:
            if event.group == ALARM and "key" in event.said:
                self._publish(patient, "alarm", alarm=_alarm_row(event))
        stream = patient.opened.stream
        if events or patient.now_s >= self._next_status_s.get(stream, 0.0):
            self._next_status_s[stream] = patient.now_s + STATUS_S
            self._publish(patient, "status", **patient.status())

    def _show_signal(self, patient: MonitoredPatient, signal: NDArray[np.float32]) -> None:
        thinned = self._signals[patient.opened.stream]
        sample, values = thinned.push(signal)
        if len(values):
            rows = [[_number(v) for v in lead] for lead in values.T.tolist()]
            leads, fs = list(patient.opened.leads), thinned.fs
            said = {"sample": sample, "fs": fs, "leads": leads, "values": rows}
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
    """

    def __init__(self, fs: float, start: int = 0) -> None:
        self._step = max(1, int(np.ceil(fs / SHOWN_FS)))
        self.fs, self._next = fs / self._step, -(-start // self._step)
        self._skip = self._next * self._step - start
        self._rest: NDArray[np.float32] | None = None

    def push(self, signal: NDArray[np.float32]) -> tuple[int, NDArray[np.float32]]:
        """Take (n, n_leads) samples; return the number of the first one shown, and (m, n_leads)."""
        skipped, signal = signal[: self._skip], signal[self._skip :]
        self._skip -= len(skipped)
        rest = signal if self._rest is None else np.concatenate([self._rest, signal])
        m = len(rest) // self._step
        groups = rest[: m * self._step].reshape(m, self._step, signal.shape[1])
        self._rest, first = rest[m * self._step :], self._next
        self._next += m
        centre = groups.mean(axis=1, keepdims=True)
        away = np.nan_to_num(np.abs(groups - centre)).argmax(axis=1)[:, None]
        return first, np.take_along_axis(groups, away, axis=1)[:, 0]


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
