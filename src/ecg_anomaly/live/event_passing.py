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

    def pass_on(
        self,
        stream: AdmittedStream,
        events: Sequence[Event],
        signal: NDArray[np.float32] | None = None,
    ) -> None:
        """Pass the events of a stream on, and the signal that they are of to the page."""
        if self.display:
            shown = stream.patient.no_signal if signal is None else signal
            self.display.show(stream.patient, shown, events)
        if self._keeper:
            events = self._keeper.keep(stream, events)
            self._keeper.pass_on(events, self._publish)
        elif events:
            self._publish(events)
        self.metrics.count_events(events)
