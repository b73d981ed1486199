"""The engine of live monitoring: one loop scores what all sources deliver, and passes events on.

Sources run in threads and put what they have into a queue of bounded length; the loop takes from
it. So nothing here needs a lock, and a source that delivers more than can be scored waits.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.display import Display
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

#: What a person may ask for.
ACKNOWLEDGE, QUIET = "acknowledge", "quiet"


@dataclass(frozen=True)
class Command:
    """What a person asks for.

    Attributes
    ----------
    what : str
        `ACKNOWLEDGE` or `QUIET`.
    about : str
        Key of an alarm; or a stream, ``""`` for all of them.
    lasting_s : float or None
        Of quiet mode; None for what the settings say, 0 ends it.
    """

    what: str
    about: str = ""
    lasting_s: float | None = None


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
    display : Display, optional
        Shows the patients in a browser.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        make_beat_stream: MakeBeatStream,
        limits: FindingLimits,
        settings: AlarmSettings,
        publish: Publish,
        display: Display | None = None,
    ) -> None:
        self._sources, self._make = sources, make_beat_stream
        self._limits, self._settings = limits, settings
        self._publish, self.display, self._stop = publish, display, threading.Event()
        self._waiting: queue.Queue[Delivery | Command | UserError] = queue.Queue(MOST_WAITING)
        self._patients: dict[str, MonitoredPatient] = {}

    def stop(self) -> None:
        """Have `run` return soon; may be called from another thread or a signal handler."""
        self._stop.set()

    def command(self, command: Command) -> None:
        """Have the loop do what a person asks for; may be called from any thread."""
        self._deliver(command)

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
            elif isinstance(delivery, Command):
                self._publish(self._obey(delivery))
            else:
                self._publish(self._take(delivery))
        self._stop.set()
        return failed

    def _run_source(self, source: Source) -> None:
        try:
            source.run(self._deliver, lambda _: "", self._stop)
        except UserError as error:
            self._deliver(error)

    def _deliver(self, delivery: Delivery | Command | UserError) -> None:
        while not self._stop.is_set():
            try:
                self._waiting.put(delivery, timeout=LOOK_S)
            except queue.Full:
                continue
            return

    def _obey(self, command: Command) -> list[Event]:
        events: list[Event] = []
        for stream, patient in self._patients.items():
            said: list[Event] = []
            if command.what == ACKNOWLEDGE:
                said = patient.alarms.acknowledge(command.about, patient.now_s)
            elif command.about in (stream, ""):
                said = [patient.alarms.be_quiet(patient.now_s, command.lasting_s)]
            if said and self.display:
                self.display.show(patient, patient.no_signal, said)
            events += said
        return events

    def _take(self, delivery: Delivery) -> list[Event]:
        patient = self._patients.get(delivery.stream)
        if isinstance(delivery, StreamOpened):
            patient = patient or self._admit(delivery)
            events = [_event(patient, "opened", leads=list(delivery.leads), fs=delivery.fs)]
        elif patient is None:
            return []
        elif isinstance(delivery, SampleBlock):
            events = patient.push(delivery.values)
        elif isinstance(delivery, StreamEnded):
            del self._patients[delivery.stream]
            events = [*patient.finish(), _event(patient, "ended", reason=delivery.reason)]
        else:
            events = patient.lose_link(delivery.reason)
        if self.display:
            new = delivery.values if isinstance(delivery, SampleBlock) else patient.no_signal
            self.display.show(patient, new, events)
        return events

    def _admit(self, opened: StreamOpened) -> MonitoredPatient:
        patient = MonitoredPatient(opened, self._make, self._limits, self._settings)
        self._patients[opened.stream] = patient
        if self.display:
            self.display.open(patient)
        return patient


def _event(patient: MonitoredPatient, what: str, **said: object) -> Event:
    at, opened = patient.n_samples, patient.opened
    return Event(opened.stream, at, f"{STREAM}.{what}", at / opened.fs, dict(said))
