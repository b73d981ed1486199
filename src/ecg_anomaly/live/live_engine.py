"""The engine of live monitoring: one loop scores what all sources deliver, and passes events on.

Sources run in threads and put what they have into a queue of bounded length; the loop takes from
it. So nothing here needs a lock, and a source that delivers more than can be scored waits.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from functools import partial

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.events import STREAM, Event
from ecg_anomaly.live.monitored_patient import MakeBeatStream, MonitoredPatient
from ecg_anomaly.live.sources.source import (
    Delivery,
    SampleBlock,
    Source,
    StreamEnded,
    StreamOpened,
)

#: Deliveries that wait at most, and seconds between two looks at whether to stop.
MOST_WAITING, LOOK_S = 256, 0.1

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
        Takes the events of each turn of the loop, in order.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        make_beat_stream: MakeBeatStream,
        limits: FindingLimits,
        settings: AlarmSettings,
        publish: Publish,
    ) -> None:
        self._sources, self._make = sources, make_beat_stream
        self._limits, self._settings = limits, settings
        self._publish, self._stop = publish, threading.Event()
        self._waiting: queue.Queue[Delivery | UserError] = queue.Queue(MOST_WAITING)
        self._patients: dict[str, MonitoredPatient] = {}

    def stop(self) -> None:
        """Have `run` return soon; may be called from another thread or a signal handler."""
        self._stop.set()

    def run(self) -> list[UserError]:
        """Score until every source is over, or `stop` is called; return why sources failed."""
        failed: list[UserError] = []
        threads = [
            threading.Thread(target=partial(self._run_source, source), daemon=True)
            for source in self._sources
        ]
        for thread in threads:
            thread.start()
        while not self._stop.is_set():
            try:
                delivery = self._waiting.get(timeout=LOOK_S)
            except queue.Empty:
                if not any(thread.is_alive() for thread in threads) and self._waiting.empty():
                    break
                continue
            if isinstance(delivery, UserError):
                failed.append(delivery)
            else:
                self._publish(self._take(delivery))
        self._stop.set()
        return failed

    def _run_source(self, source: Source) -> None:
        try:
            source.run(self._deliver, lambda _: "", self._stop)
        except UserError as error:
            self._deliver(error)

    def _deliver(self, delivery: Delivery | UserError) -> None:
        while not self._stop.is_set():
            try:
                self._waiting.put(delivery, timeout=LOOK_S)
            except queue.Full:
                continue
            return

    def _take(self, delivery: Delivery) -> list[Event]:
        patient = self._patients.get(delivery.stream)
        if isinstance(delivery, StreamOpened):
            if patient is None:
                patient = MonitoredPatient(delivery, self._make, self._limits, self._settings)
                self._patients[delivery.stream] = patient
            return [_event(patient, "opened", leads=list(delivery.leads), fs=delivery.fs)]
        if patient is None:
            return []
        if isinstance(delivery, SampleBlock):
            return patient.push(delivery.values)
        if isinstance(delivery, StreamEnded):
            del self._patients[delivery.stream]
            return [*patient.finish(), _event(patient, "ended", reason=delivery.reason)]
        return patient.lose_link(delivery.reason)


def _event(patient: MonitoredPatient, what: str, **said: object) -> Event:
    at, opened = patient.n_samples, patient.opened
    return Event(opened.stream, at, f"{STREAM}.{what}", at / opened.fs, dict(said))
