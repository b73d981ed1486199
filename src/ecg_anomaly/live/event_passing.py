"""Pass events on: to the page, to the store that keeps each once, to standard output."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.commands import ACKNOWLEDGE, Command
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.events import STREAM, Event
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics

Publish = Callable[[Sequence[Event]], None]

#: A stream and its new events.
Made = tuple[AdmittedStream, Sequence[Event]]

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

    def obey(self, command: Command, streams: Sequence[AdmittedStream]) -> None:
        """Do what a person asks for, and pass on what the streams say to it."""
        for stream in streams:
            alarms, now_s = stream.patient.alarms, stream.patient.now_s
            if command.what == ACKNOWLEDGE:
                self.pass_on(stream, alarms.acknowledge(command.about, now_s))
            elif command.about in (stream.name, "") and not stream.over:
                self.pass_on(stream, [alarms.be_quiet(now_s, command.lasting_s)])

    def pass_on(self, stream: AdmittedStream, events: Sequence[Event]) -> None:
        """Pass the events of a stream on, and show it as it is now."""
        self.pass_on_together([(stream, events)])

    def pass_on_together(self, made: Iterable[Made]) -> None:
        """Pass on the events of some streams, which are kept in one go.

        Parameters
        ----------
        made : iterable of (AdmittedStream, sequence of Event)
            Each stream is shown as it is when it comes.
        """
        shown = self._show_each(made)
        if self._keeper:
            new = self._keeper.keep(shown)
            self._keeper.pass_on(new, self._publish)
        elif new := [event for _, events in shown for event in events]:
            self._publish(new)
        self.metrics.count_events(new)

    def _show_each(self, made: Iterable[Made]) -> Iterator[Made]:
        for stream, events in made:
            self._show(stream, events)
            yield stream, events

    def _show(self, stream: AdmittedStream, events: Sequence[Event]) -> None:
        if self.display and stream.over:
            self.display.show_alarms(stream.patient, events)
        elif self.display:
            self.display.show(stream.patient, events)
