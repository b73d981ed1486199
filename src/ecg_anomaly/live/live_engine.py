"""The engine of live monitoring: one loop scores what all sources deliver, and passes events on.

Sources run in threads and put what they have into a queue of bounded length; the loop takes from
it. So nothing here needs a lock, and a source that delivers more than can be scored waits.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_scorer import MakeBeatStream, push_together
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
MOST_WAITING, LOOK_S, MOST_STREAMS = 512, 0.1, 4096

#: Deliveries that are handled together at most.
MOST_TOGETHER = 1024

#: A stream that was closed for a reason is not admitted again for so many s.
CLOSED_S = 60.0

Waiting = tuple[Source | None, Delivery | Command | UserError]
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
        self._waiting: queue.Queue[Waiting] = queue.Queue(MOST_WAITING)
        self.streams: dict[str, AdmittedStream] = {}
        self._due: dict[str, AdmittedStream] = {}  # those whose samples wait to be scored
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
                self._handle_together(self._waiting.get(timeout=LOOK_S))
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

    def _handle_together(self, first: Waiting) -> None:
        """Handle what waits: the samples of all streams are scored together, each in its order."""
        handled, begun, found = 0, time.perf_counter(), first
        while True:
            source, delivery = found
            if isinstance(delivery, SampleBlock):
                self._collect(delivery)
            else:
                self._score()
                self._handle(source, delivery)
            handled += 1
            try:
                if handled >= MOST_TOGETHER:
                    break
                found = self._waiting.get_nowait()
            except queue.Empty:
                break
        self._score()
        self.metrics.observe(time.perf_counter() - begun)

    def _collect(self, block: SampleBlock) -> None:
        stream = self.streams.get(block.stream)
        if stream is None:
            return
        self._due[block.stream] = stream
        try:
            said = stream.collect(block)
        except AbsurdStream as error:
            self._score()  # what came before it
            self._end(stream, str(error))
            return
        if said:
            self._pass_on(stream, said)
        self.metrics.count("samples", len(block.values))

    def _score(self) -> None:
        """Score the samples that wait, a turn of each stream at a time."""
        due = list(self._due.values())
        self._due.clear()
        while due := [stream for stream in due if stream.turns]:
            turns = [stream.turns.popleft() for stream in due]
            pairs = [(s.patient.beats, turn) for s, turn in zip(due, turns, strict=True)]
            for stream, turn, made in zip(due, turns, push_together(pairs), strict=True):
                if isinstance(made, UserError):
                    stream.turns.clear()
                    self._end(stream, str(made))
                else:
                    self._pass_on(stream, stream.patient.complete_turn(turn, made), turn)
        if self._keeper is None:
            for stream in self.streams.values():
                stream.source.keep(stream.patient.opened.stream, stream.clock.position)

    def _handle(self, source: Source | None, delivery: Delivery | Command | UserError) -> None:
        if isinstance(delivery, UserError):
            self._failed.append(delivery)
        elif isinstance(delivery, Command):
            self._obey(delivery)
        elif isinstance(delivery, StreamOpened):
            self._open(source, delivery)
        elif (stream := self.streams.get(delivery.stream)) is None:
            return
        elif isinstance(delivery, StreamEnded):
            self._end(stream, delivery.reason)
        elif isinstance(delivery, LinkLost):
            self._pass_on(stream, stream.patient.lose_link(delivery.reason))

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

    def _end(self, stream: AdmittedStream, reason: str) -> None:
        name = stream.patient.opened.stream
        try:
            events = stream.finish(reason)
        except UserError as error:  # its last beats cannot be scored
            events = [stream.say(STREAM, "ended", reason=reason or str(error))]
        self._pass_on(stream, events)
        if self._keeper:
            self._keeper.end(stream)
        if reason:
            self.metrics.count("closed")
            self._closed[name] = time.monotonic()
        del self.streams[name]

    def _pass_on(
        self,
        stream: AdmittedStream,
        events: Sequence[Event],
        signal: NDArray[np.float32] | None = None,
    ) -> None:
        if self.display:
            shown = stream.patient.no_signal if signal is None else signal
            self.display.show(stream.patient, shown, events)
        if self._keeper:
            events = self._keeper.keep(stream, events)
            self._keeper.pass_on(events, self._publish)
        elif events:
            self._publish(events)
        self.metrics.count_events(events)

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
