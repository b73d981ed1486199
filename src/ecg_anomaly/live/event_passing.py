"""Pass events on: to the page, to the store that keeps each once, to standard output."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.events import Event
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics

Publish = Callable[[Sequence[Event]], None]


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

    def open(self, stream: AdmittedStream, before: Sequence[AdmittedStream] = ()) -> None:
        """Show a stream that was admitted, and the open alarms of its earlier runs."""
        if self.display:
            self.display.open(stream.patient)
            for former in before:
                alarms = former.patient.alarms
                self.display.show_alarms(former.patient, alarms.describe_open())

    def end(self, stream: AdmittedStream, events: Sequence[Event], reason: str) -> None:
        """Pass on the last events of a stream, and show that it is over."""
        self.pass_on(stream, events)
        if self.display:
            self.display.end(stream.patient, reason)
        if reason:
            self.metrics.count("closed")

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
