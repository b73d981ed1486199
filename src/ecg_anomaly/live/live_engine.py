"""The engine of live monitoring: one loop scores what all sources deliver, and passes events on.

Sources run in threads and put what they have into a queue of bounded length; the loop takes from
it. So nothing here needs a lock, and a source that delivers more than can be scored waits.
"""

import time
from collections.abc import Sequence

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_scorer import MakeBeatStream
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.display import Display, Feed
from ecg_anomaly.live.due_streams import DueStreams
from ecg_anomaly.live.ended_streams import EndedStreams
from ecg_anomaly.live.event_passing import EventPassing, Publish
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.source_threads import LOOK_S, SourceThreads, Waiting
from ecg_anomaly.live.sources.source import (
    Delivery,
    LinkLost,
    SampleBlock,
    Source,
    StreamEnded,
    StreamMoved,
    StreamOpened,
)
from ecg_anomaly.live.stream_register import StreamRegister


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
    passing : EventPassing
        Passes events on; it has the display and the metrics.
    """

    def __init__(
        self, sources: Sequence[Source], make_beat_stream: MakeBeatStream, limits: FindingLimits,
        settings: AlarmSettings, publish: Publish, keeper: Keeper | None = None,
    ) -> None:  # fmt: skip
        def make_patient(opened: StreamOpened) -> MonitoredPatient:
            return MonitoredPatient(opened, make_beat_stream, limits, settings)

        self._lost_s, self._keeper = settings.link_lost_s, keeper
        self._threads = SourceThreads(sources, keeper.resume if keeper else lambda _: "")
        self._register, self._ended = StreamRegister(make_patient, keeper), EndedStreams()
        self.passing, self._due = EventPassing(publish, keeper), DueStreams()
        self._broken_off = False

    @property
    def streams(self) -> dict[str, AdmittedStream]:
        """The streams that are monitored, by their names."""
        return self._register.streams

    @property
    def metrics(self) -> LiveMetrics:
        """What was counted."""
        return self.passing.metrics

    def show_on(self, feed: Feed) -> None:
        """Show the patients on a page; to be called before `run`."""
        self.passing.display = Display(feed)

    def deliver(self, source: Source, delivery: Delivery) -> None:
        """Take a delivery of a source; waits while many wait. May be called from any thread."""
        self._threads.put(source, delivery)

    def stop(self, broken_off: bool = False) -> None:
        """Have `run` return soon; may be called from another thread or a signal handler.

        Replays are over then, unless monitoring is broken off: then they go on later.
        """
        self._broken_off = broken_off
        self._threads.stop()

    def command(self, command: Command) -> None:
        """Have the loop do what a person asks for; may be called from any thread."""
        self._threads.command(command)

    def run(self) -> list[UserError]:
        """Score until every source is over, or `stop` is called; return why sources failed."""
        self._threads.start()
        looked = time.monotonic()
        while not self._threads.stopped:
            if found := self._threads.take_round(LOOK_S):
                self._handle_together(found)
            elif self._threads.over:
                break
            if time.monotonic() - looked >= LOOK_S:
                self._look_at_the_clock()
                looked = time.monotonic()
        self._close_all()
        return self._register.failed

    def _handle_together(self, found: list[Waiting]) -> None:
        """Handle what waits: the samples of all streams are scored together, each in its order."""
        begun = time.perf_counter()
        for source, delivery in found:
            if isinstance(delivery, SampleBlock):
                self._collect(source, delivery)
            else:
                self._score()
                self._handle(source, delivery)
        self._score()
        self.passing.metrics.observe(time.perf_counter() - begun)

    def _collect(self, source: Source | None, block: SampleBlock) -> None:
        stream = self.streams.get(block.stream)
        if stream is None and (stream := self._register.admit_again(block.stream)):
            self.passing.open(stream, self._ended.waiting(stream.name))
        if stream is None:
            if source and block.position:  # nothing is made of it: the broker need not keep it
                source.keep(block.stream, block.position)
            return
        try:
            said = self._due.collect(stream, block)
        except AbsurdStream as error:
            self._score()  # what came before it
            self._end(stream, str(error))
            return
        if said:
            self.passing.pass_on(stream, said)
        self.passing.metrics.count("samples", len(block.values))

    def _score(self) -> None:
        """Score the samples that wait, and pass on what they make known."""
        self.passing.pass_on_together(self._due.score())
        for stream, error in self._due.take_failed():
            self._end(stream, str(error))
        if self._keeper is None:
            self._register.keep_positions()

    def _handle(self, source: Source | None, delivery: Delivery | Command | UserError) -> None:
        if isinstance(delivery, UserError):
            self._register.failed.append(delivery)
        elif isinstance(delivery, Command):
            self.passing.obey(delivery, [*self.streams.values(), *self._ended])
        elif isinstance(delivery, StreamOpened):
            self._open(source, delivery)
        elif (stream := self.streams.get(delivery.stream)) is None:
            if isinstance(delivery, StreamEnded) and delivery.reason:
                self.passing.refuse(delivery.stream, delivery.reason)
        elif isinstance(delivery, StreamEnded):
            self._end(stream, delivery.reason)
        elif isinstance(delivery, StreamMoved):  # who reads it now has its state from the store
            self._register.remove(delivery.stream, "")
            self.passing.remove(delivery.stream)
        elif isinstance(delivery, LinkLost):
            self.passing.pass_on(stream, stream.lose_link(delivery.reason))

    def _open(self, source: Source | None, opened: StreamOpened) -> None:
        if changed := self._register.find_changed(opened):
            self._end(changed, "it goes on with another rate or other leads")
        stream = self._register.admit(source, opened) if source else None
        if stream is not None:
            self.passing.open(stream, self._ended.waiting(stream.name))
        elif self._register.refused:
            self.passing.refuse(opened.stream, self._register.refused)

    def _end(self, stream: AdmittedStream, reason: str) -> None:
        self.passing.end(stream, stream.finish(reason), reason)
        if self._keeper:
            self._keeper.end(stream)
        self._register.remove(stream.name, reason)
        self._ended.add(stream)

    def _look_at_the_clock(self) -> None:
        """Say which links are lost; keep the streams that are due."""
        self.passing.metrics.set("streams", len(self.streams))
        self.passing.metrics.set("waiting", self._threads.n_waiting)
        for stream in self._register.find_silent(self._lost_s):
            said = stream.patient.lose_link(f"no samples for {self._lost_s:g} s")
            self.passing.pass_on(stream, said)
        for name in set(self._ended.take_gone()) - self.streams.keys():
            self.passing.remove(name)
        if self._keeper:
            self._keeper.keep_due(self.streams)

    def _close_all(self) -> None:
        """Keep what goes on when it is started again; a replay that was stopped is over."""
        stopped = self._threads.stopped
        self._threads.stop()
        for stream in list(self.streams.values()):
            if stopped and not stream.source.running and not self._broken_off:
                self._end(stream, "stopped")
        if self._keeper:
            self._keeper.keep_due(self.streams, all_of_them=True)
