"""Pass events on: to the page, to the store that keeps each once, to standard output."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.events import STREAM, Event
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics

Publish = Callable[[Sequence[Event]], None]

#: So many times within so many s it is said that a stream is refused: more is counted alone.
MOST_REFUSED, REFUSED_S = 20, 60.0


class EventPassing:
    """Passes events on, in order.

    Parameters
    ----------
    publish : callable
        Takes new events.
    keeper : Keeper or None
        Knows which are new; without it all are.

    Attributes
    ----------
    display : Display or None
        Shows the patients in a browser.
    metrics : LiveMetrics
    """

    def __init__(self, publish: Publish, keeper: Keeper | None) -> None:
        self._publish, self._keeper = publish, keeper
        self.display: Display | None = None
        self.metrics = LiveMetrics()
        self._refused_s: list[float] = []

    def open(self, stream: AdmittedStream, before: Sequence[AdmittedStream] = ()) -> None:
        """Show a stream that was admitted, and the open alarms of its earlier runs; say it."""
        if self.display:
            self.display.open(stream.patient)
            for former in before:
                alarms = former.patient.alarms
                self.display.show_alarms(former.patient, alarms.describe_open())
        opened = stream.patient.opened
        said = stream.say(STREAM, "opened", leads=list(opened.leads), fs=opened.fs)
        self.pass_on(stream, [said])

    def end(self, stream: AdmittedStream, events: Sequence[Event], reason: str) -> None:
        """Pass on the last events of a stream, and show that it is over."""
        self.pass_on(stream, events)
        if self.display:
            self.display.end(stream.patient, reason)
        if reason:
            self.metrics.count("closed")

    def refuse(self, name: str, reason: str) -> None:
        """Say that a stream is not monitored, and why; some times a minute at most, of all."""
        now = time.monotonic()
        self._refused_s = [s for s in self._refused_s if now - s < REFUSED_S]
        self.metrics.count("refused")
        if len(self._refused_s) < MOST_REFUSED:
            self._refused_s.append(now)
            self._publish([Event(name, 0, f"{STREAM}.refused", 0.0, {"reason": reason})])

    def remove(self, name: str) -> None:
        """Show a stream no more."""
        if self.display:
            self.display.remove(name)

    def pass_on(
        self,
        stream: AdmittedStream,
        events: Sequence[Event],
        signal: NDArray[np.float32] | None = None,
    ) -> None:
        """Pass the events of a stream on, and the signal that they are of to the page."""
        if self.display and stream.over:
            self.display.show_alarms(stream.patient, events)
        elif self.display:
            shown = stream.patient.no_signal if signal is None else signal
            self.display.show(stream.patient, shown, events)
        if self._keeper:
            events = self._keeper.keep(stream, events)
            self._keeper.pass_on(events, self._publish)
        elif events:
            self._publish(events)
        self.metrics.count_events(events)
