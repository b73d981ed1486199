"""The engine of live monitoring: one loop scores what all sources deliver, and passes events on.

Sources run in threads and put what they have into a queue of bounded length; the loop takes from
it. So nothing here needs a lock, and a source that delivers more than can be scored waits.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_scorer import MakeBeatStream
from ecg_anomaly.live.commands import ACKNOWLEDGE, Command
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.events import STREAM, Event
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.source import (
    Delivery,
    LinkLost,
    SampleBlock,
    Source,
    StreamEnded,
    StreamOpened,
)  # fmt: skip

#: Deliveries that wait at most, seconds between two looks at the clock, and streams at most.
MOST_WAITING, LOOK_S, MOST_STREAMS = 256, 0.1, 4096

#: A stream that was closed for a reason is not admitted again for so many s.
CLOSED_S = 60.0

Publish = Callable[[Sequence[Event]], None]


class LiveEngine:
    """Scores the streams of some sources until all of them are over.

    Parameters
    ----------
    sources : sequence of Source
    make_beat_stream : callable
        Makes what scores the beats of a stream.
    limits : FindingLimits
    settings : AlarmSettings
    publish : callable
        Takes new events, in order.
    keeper : Keeper, optional
        Keeps events and streams; without it nothing survives the process.

    Attributes
    ----------
    display : Display or None
        Shows the patients in a browser.
    metrics : LiveMetrics
    streams : dict of str to AdmittedStream
        Those that are monitored.
    """

    def __init__(
        self, sources: Sequence[Source], make_beat_stream: MakeBeatStream, limits: FindingLimits,
        settings: AlarmSettings, publish: Publish, keeper: Keeper | None = None,
    ) -> None:  # fmt: skip
        self._sources, self._make = sources, make_beat_stream
        self._limits, self._settings = limits, settings
        self._publish, self._keeper = publish, keeper
        self._stop = threading.Event()
        self.display: Display | None = None
        self.metrics = LiveMetrics()
        self._waiting: queue.Queue[tuple[Source | None, Delivery | Command | UserError]]
        self._waiting = queue.Queue(MOST_WAITING)
        self.streams: dict[str, AdmittedStream] = {}
        self._closed: dict[str, float] = {}
        self._failed: list[UserError] = []

    def stop(self) -> None:
        """Have `run` return soon; may be called from another thread or a signal handler."""
        self._stop.set()

    def command(self, command: Command) -> None:
        """Have the loop do what a person asks for; may be called from any thread."""
        self._deliver(None, command)

    def run(self) -> list[UserError]:
        """Score until every source is over, or `stop` is called; return why sources failed."""
        targets = [partial(self._run_source, source) for source in self._sources]
        threads = [threading.Thread(target=target, daemon=True) for target in targets]
        for thread in threads:
            thread.start()
        looked = time.monotonic()
        while not self._stop.is_set():
            try:
                self._handle(*self._waiting.get(timeout=LOOK_S))
            except queue.Empty:
                if not any(thread.is_alive() for thread in threads) and self._waiting.empty():
                    break
            if time.monotonic() - looked >= LOOK_S:
                self._look_at_the_clock()
                looked = time.monotonic()
        self._close_all()
        return self._failed

    def _run_source(self, source: Source) -> None:
        resume = self._keeper.resume if self._keeper else lambda _: ""
        try:
            source.run(partial(self._deliver, source), resume, self._stop)
        except UserError as error:
            self._deliver(source, error)

    def _deliver(self, source: Source | None, delivery: Delivery | Command | UserError) -> None:
        while not self._stop.is_set():
            try:
                self._waiting.put((source, delivery), timeout=LOOK_S)
            except queue.Full:
                continue
            return

    def _handle(self, source: Source | None, delivery: Delivery | Command | UserError) -> None:
        if isinstance(delivery, UserError):
            self._failed.append(delivery)
        elif isinstance(delivery, Command):
            self._obey(delivery)
        elif isinstance(delivery, StreamOpened):
            self._open(source, delivery)
        elif (stream := self.streams.get(delivery.stream)) is not None:
            begun = time.perf_counter()
            self._take(stream, delivery)
            self.metrics.observe(time.perf_counter() - begun)

    def _open(self, source: Source | None, opened: StreamOpened) -> None:
        name = opened.stream
        known = self.streams.get(name)
        if known and (known.patient.opened.fs, known.patient.opened.leads) == (
            opened.fs, opened.leads,
        ):  # fmt: skip
            return
        if known:
            self._end(known, "it goes on with another rate or other leads")
        recently = time.monotonic() - self._closed.get(name, -CLOSED_S) < CLOSED_S
        if source is None or recently or len(self.streams) >= MOST_STREAMS:
            return
        try:
            stream = self._admit(source, opened)
        except UserError as error:
            self._failed.append(error)
            return
        self.streams[name] = stream
        if self.display:
            self.display.open(stream.patient)
        said = {"leads": list(opened.leads), "fs": opened.fs}
        self._pass_on(stream, [stream.say(STREAM, "opened", **said)])

    def _admit(self, source: Source, opened: StreamOpened) -> AdmittedStream:
        def make() -> AdmittedStream:
            patient = MonitoredPatient(opened, self._make, self._limits, self._settings)
            return AdmittedStream(source, patient)

        stream = make()
        if self._keeper:
            try:
                self._keeper.admit(stream)
            except UserError as error:  # a damaged snapshot: said, and the stream starts anew
                self._failed.append(error)
                stream = make()
        return stream

    def _take(self, stream: AdmittedStream, delivery: SampleBlock | LinkLost | StreamEnded) -> None:
        if isinstance(delivery, StreamEnded):
            self._end(stream, delivery.reason)
        elif isinstance(delivery, LinkLost):
            self._pass_on(stream, stream.patient.lose_link(delivery.reason))
        else:
            try:
                events = stream.take(delivery)
            except (AbsurdStream, UserError) as error:
                self._end(stream, str(error))
                return
            self._pass_on(stream, events, delivery)
            if self._keeper is None:
                stream.source.keep(delivery.stream, stream.clock.position)

    def _end(self, stream: AdmittedStream, reason: str) -> None:
        name = stream.patient.opened.stream
        self._pass_on(stream, stream.finish(reason))
        if self._keeper:
            self._keeper.end(stream)
        if reason:
            self.metrics.count("closed")
            self._closed[name] = time.monotonic()
        del self.streams[name]

    def _pass_on(
        self, stream: AdmittedStream, events: Sequence[Event], block: SampleBlock | None = None
    ) -> None:
        if self.display:
            signal = block.values if block else stream.patient.no_signal
            self.display.show(stream.patient, signal, events)
        if self._keeper:
            events = self._keeper.keep(stream, events)
            self._keeper.pass_on(events, self._publish)
        elif events:
            self._publish(events)
        self.metrics.count_events(events)
        if block:
            self.metrics.count("samples", len(block.values))

    def _obey(self, command: Command) -> None:
        for name, stream in self.streams.items():
            alarms, now_s = stream.patient.alarms, stream.patient.now_s
            if command.what == ACKNOWLEDGE:
                self._pass_on(stream, alarms.acknowledge(command.about, now_s))
            elif command.about in (name, ""):
                self._pass_on(stream, [alarms.be_quiet(now_s, command.lasting_s)])

    def _look_at_the_clock(self) -> None:
        """Say which links are lost, and keep the streams that are due."""
        self.metrics.set("streams", len(self.streams))
        self.metrics.set("waiting", self._waiting.qsize())
        for stream in self.streams.values():
            silent_s = stream.silent_s()
            if stream.source.running and silent_s >= self._settings.link_lost_s:
                reason = f"no samples for {self._settings.link_lost_s:g} s"
                self._pass_on(stream, stream.patient.lose_link(reason))
        if self._keeper:
            self._keeper.keep_due(self.streams)

    def _close_all(self) -> None:
        """Keep what goes on when it is started again; a replay that was stopped is over."""
        stopped = self._stop.is_set()
        self._stop.set()
        for stream in list(self.streams.values()):
            if stopped and not stream.source.running:
                self._end(stream, "stopped")
        if self._keeper:
            self._keeper.keep_due(self.streams, all_of_them=True)
