"""Engines and sources for tests of workers; workers import them, so they are in a module."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.sources.source import SampleBlock, StreamEnded, StreamOpened
from toy_ecg import FS, ToyBeats, make_ecg, steady

#: Eight seconds of heartbeats, a high one, then none: an asystole.
SIGNAL = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 20)


class BlockSource:
    """Delivers the blocks of some streams; then it is over, or waits until it is stopped."""

    name, waits, running = "blocks", True, False

    def __init__(self, *streams: str, endless: bool = False):
        self.streams, self.endless, self.kept = streams, endless, []

    def run(self, deliver, resume, stop: threading.Event):
        for stream in self.streams:
            deliver(StreamOpened(stream, FS, ("II",)))
            begun = int(resume(stream) or 0)
            for at in range(begun, len(SIGNAL), 20):
                deliver(SampleBlock(stream, SIGNAL[at : at + 20], at, str(at + 20)))
            if not self.endless:
                deliver(StreamEnded(stream))
        if self.endless:
            stop.wait()

    def keep(self, stream, position):
        self.kept.append((stream, position))


@contextmanager
def open_engine(folder: Path, sources, number: int) -> Iterator[LiveEngine]:
    """Print events to a file that all workers share, and keep them."""

    def publish(events):
        with (folder / "events.ndjson").open("a") as file:
            file.writelines(event.to_json() + "\n" for event in events)

    with closing(EventStore(str(folder / "live.sqlite"), f"worker {number}")) as store:
        keeper = Keeper(store, "toys", AlarmSettings(), 0.0, print)
        yield LiveEngine(sources, ToyBeats, FindingLimits(), AlarmSettings(), publish, keeper)


class BehindEngine:
    """Takes nothing, as one that has much to do, until it is stopped."""

    metrics = LiveMetrics()

    def __init__(self):
        self._stop = threading.Event()

    def deliver(self, source, delivery):
        pass

    def run(self):
        self._stop.wait(60)
        return []

    def stop(self, _broken_off):
        self._stop.set()


@contextmanager
def open_behind(_sources, _number: int) -> Iterator[BehindEngine]:
    """Give an engine that is behind."""
    yield BehindEngine()


@contextmanager
def open_broken(_sources, number: int) -> Iterator[LiveEngine]:
    """Fail as nobody expects it."""
    yield number / 0


@contextmanager
def open_nothing(_sources, number: int) -> Iterator[LiveEngine]:
    """Fail, as a worker does whose detector was removed."""
    raise UserError("detector", f"is not there for {number % 1}", "name another")
    yield
