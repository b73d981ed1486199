"""Monitor many simulated patients at real pace with the engine of `ecg-anomaly live`.

Scoring alone is what `lab.live.stream_load` measures. Here the streams are watched as well: rules
of findings, gaps, leads and alarms, events and snapshots in SQLite, messages for the page.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.due_streams import DueStreams
from ecg_anomaly.live.events import Event
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.outputs.event_store import EventStore, Snapshot
from ecg_anomaly.live.sources.source import Deliver, SampleBlock, Source, StreamOpened
from ecg_anomaly.records.record import Record
from lab.live.load_figures import LoadResult, LoadSettings
from lab.live.stream_load import (
    FS,
    N_PATIENTS,
    make_records,
    resident_bytes,
    start_samples,
    time_score,
)

#: What snapshots are kept under, and seconds between two of a stream: the default of the command.
MAKER, SNAPSHOT_S = "load", 5.0


def measure_service_share(
    settings: LoadSettings, share: int, wait: Callable[[], object] = lambda: None
) -> LoadResult:
    """Monitor `share` of the streams in this process; see `stream_load.measure_share`."""
    detector, records = load_detector(settings.detector), make_records(settings)
    score_cpu_s = time_score(detector, records)
    past = _warm_patients(detector, records, settings)
    with TemporaryDirectory() as folder:
        store = EventStore(str(Path(folder) / "live.sqlite"))
        for number in range(share):
            kept = Snapshot(1, "", past[number % len(past)])
            store.keep_snapshot(str(number), MAKER, kept)
        before = resident_bytes()
        source = _LoadSource(records, share, settings, wait)
        keeper = Keeper(store, MAKER, AlarmSettings(), SNAPSHOT_S, print)
        engine = LiveEngine(
            [source], _maker(detector), FindingLimits(), AlarmSettings(), _drop, keeper
        )
        timed = _TimedDisplay(source)
        engine.passing.display = timed
        engine.run()
        grown = resident_bytes() - before
        store.close()
    latency = np.array(timed.latency_s)
    return LoadResult(
        share, 1, settings.seconds, latency, timed.behind_s, source.cpu_s, score_cpu_s,
        source.open_s, grown, np.zeros(0),
    )  # fmt: skip


def _maker(detector: LoadedDetector) -> Callable[[float, Sequence[str], str], DetectorStream]:
    def make(fs: float, leads: Sequence[str], name: str) -> DetectorStream:
        return detector.stream(fs, leads, name=name)

    return make


def _warm_patients(
    detector: LoadedDetector, records: list[Record], settings: LoadSettings
) -> list[bytes]:
    """Return snapshots of streams with a past, as `stream_load.warm_streams` does."""
    source, found = _LoadSource(records, 0, settings, lambda: None), []
    streams = [
        AdmittedStream(
            source,
            MonitoredPatient(
                StreamOpened(str(number), FS, record.leads), _maker(detector), FindingLimits(),
                AlarmSettings(),
            ),
        )
        for number, record in enumerate(records)
    ]  # fmt: skip
    together = DueStreams()
    for end in start_samples(settings):
        for stream, record in zip(streams, records, strict=True):
            together.collect(stream, SampleBlock("0", record.signal[stream.clock.next : end]))
        deque(together.score(), maxlen=0)
        found += [stream.snapshot() for stream in streams]
    return found


class _LoadSource(Source):
    """Delivers the samples of all streams, out of step, as they would come."""

    name, running = "load", True

    def __init__(
        self, records: list[Record], n: int, settings: LoadSettings, wait: Callable[[], object]
    ) -> None:
        self.waits = True  # nobody bounds how fast it may send
        self._records, self._n, self._settings, self._wait = records, n, settings, wait
        starts = start_samples(settings)
        self._first = [starts[k // N_PATIENTS % len(starts)] for k in range(n)]
        self.opened = threading.Event()
        self.start_s: NDArray[Any] = np.zeros(n)
        self.cpu_s = self.open_s = 0.0

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Open all streams, and deliver what is due until all has been."""
        del resume
        began = time.monotonic()
        for k in range(self._n):
            deliver(StreamOpened(str(k), FS, self._records[k % N_PATIENTS].leads))
        self.opened.wait()
        self.open_s = time.monotonic() - began
        self._wait()
        cpu, push_s = time.process_time(), self._settings.push_s
        self.start_s = time.monotonic() + push_s * (np.arange(self._n) * 0.618 % 1)
        done, every = np.zeros(self._n, int), int(self._settings.seconds / push_s)
        while (done < every).any() and not stop.is_set():
            arrived = ((time.monotonic() - self.start_s) / push_s).astype(int)
            for k in np.flatnonzero(np.minimum(arrived, every) > done).tolist():
                deliver(self._next_block(k, int(done[k])))
                done[k] += 1
            time.sleep(0.005)
        self.cpu_s = time.process_time() - cpu

    def _next_block(self, k: int, n_done: int) -> SampleBlock:
        size = round(self._settings.push_s * FS)
        start = self._first[k] + n_done * size
        return SampleBlock(
            str(k), self._records[k % N_PATIENTS].signal[start : start + size], start
        )

    def due_s(self, k: int, n_samples: int) -> float:
        """Return when samples up to one had all arrived."""
        return float(self.start_s[k] + (n_samples - self._first[k]) / FS)

    def note_opened(self, k: int) -> None:
        """Take note that a stream was admitted."""
        if k == self._n - 1:
            self.opened.set()


class _TimedDisplay(Display):
    """Makes the messages for the page, and takes the time when each turn is done with."""

    def __init__(self, source: _LoadSource) -> None:
        super().__init__(MonitorFeed())
        self._source = source
        self.latency_s: list[float] = []
        self.behind_s = 0.0
        self._n_shown: dict[str, int] = {}

    def open(self, patient: MonitoredPatient) -> None:
        super().open(patient)
        self._source.note_opened(int(patient.opened.stream))

    def show(self, patient: MonitoredPatient, events: Sequence[Event]) -> None:
        super().show(patient, events)
        name = patient.opened.stream
        before, self._n_shown[name] = self._n_shown.get(name, 0), patient.n_samples
        if patient.n_samples > before > 0:
            due_s = self._source.due_s(int(patient.opened.stream), patient.n_samples)
            late_s = time.monotonic() - due_s
            self.behind_s = max(self.behind_s, late_s)
            if len(patient.decisions):
                self.latency_s.append(late_s)


def _drop(events: Sequence[Event]) -> None:
    del events
