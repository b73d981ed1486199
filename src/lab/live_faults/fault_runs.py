"""Monitor streams with and without a fault by the engine itself, and compare the events.

Flagged beats, findings and alarms are compared, by sample and kind; technical events report the
fault.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm import TECHNICAL_LABELS
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.events import ALARM, BEAT, FINDING, Event
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.sources.source import (
    Deliver,
    Delivery,
    SampleBlock,
    Source,
    StreamEnded,
    StreamOpened,
)
from ecg_anomaly.records.record import Record

#: Seconds of signal in a delivery.
BLOCK_S = 0.2

Key = tuple[int, str]


@dataclass(frozen=True)
class FaultResult:
    """What came of a fault.

    Attributes
    ----------
    fault : str
    wanted : int
        Events about the heart without the fault.
    lost, more : int
        Of these, those that are missing; and those that are said with the fault alone.
    said : str
        What is said of the fault itself.
    """

    fault: str
    wanted: int
    lost: int
    more: int
    said: str

    @property
    def right(self) -> bool:
        """True if what is said of the heart is the same, and something is said of the fault."""
        return self.wanted > 0 and not self.lost and not self.more and bool(self.said)


class ListSource(Source):
    """Delivers a list, and holds nobody back."""

    waits, running = True, False

    def __init__(self, deliveries: Iterable[Delivery], name: str = "list") -> None:
        self.name, self._deliveries = name, list(deliveries)

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver the list."""
        del resume, stop
        for delivery in self._deliveries:
            deliver(delivery)


def list_blocks(record: Record) -> list[SampleBlock]:
    """Cut a record into numbered blocks."""
    size, name = max(1, round(BLOCK_S * record.fs)), record.name
    starts = range(0, len(record.signal), size)
    return [SampleBlock(name, record.signal[at : at + size], at, str(at)) for at in starts]


def list_deliveries(record: Record, blocks: Sequence[Delivery] | None = None) -> list[Delivery]:
    """Put the opening and the end of a stream around blocks; by default those of the record."""
    opened = StreamOpened(record.name, record.fs, tuple(record.leads))
    return [
        opened, *(list_blocks(record) if blocks is None else blocks), StreamEnded(record.name),
    ]  # fmt: skip


def monitor(detector: LoadedDetector, *deliveries: Sequence[Delivery]) -> list[Event]:
    """Return the events of some lists of deliveries, each a source of its own."""

    def make(fs: float, leads: Sequence[str], name: str) -> DetectorStream:
        return detector.stream(fs, leads, name=name)

    events: list[Event] = []
    sources = [ListSource(each) for each in deliveries]
    LiveEngine(sources, make, FindingLimits(), AlarmSettings(), events.extend).run()
    return events


def blank_spans(
    record: Record, spans_s: Iterable[tuple[float, float]], lead: int | None = None
) -> NDArray[np.float32]:
    """Return the signal of a record with spans missing, in one lead or in all."""
    signal = record.signal.copy()
    for start_s, stop_s in spans_s:
        rows = slice(round(start_s * record.fs), round(stop_s * record.fs))
        signal[rows, slice(None) if lead is None else lead] = np.nan
    return signal


def count_heart(events: Iterable[Event], stream: str) -> Counter[Key]:
    """Count the events of a stream that are about the heart, by sample and kind."""
    groups = (BEAT, FINDING, ALARM)
    found = (e for e in events if e.stream == stream and e.group in groups)
    return Counter((e.sample, e.kind) for e in found if not _is_technical(e))


def list_said(events: Iterable[Event], stream: str) -> str:
    """List what is said of a stream that is not about the heart, its opening and end apart."""
    said: dict[str, None] = {}
    for event in events:
        if event.stream != stream:
            continue
        if event.kind == "stream.ended" and event.said["reason"]:
            said[f"{event.kind} ({event.said['reason']})"] = None
        elif _is_technical(event) and not event.kind.endswith(".ended"):
            said[event.kind.removesuffix(".raised")] = None
    return ", ".join(said)


def _is_technical(event: Event) -> bool:
    kind = event.kind.split(".")
    return kind[0] == "technical" or (kind[0] == ALARM and kind[1] in TECHNICAL_LABELS)


def compare(
    fault: str, expected: Sequence[Event], found: Sequence[Event], stream: str, said: str = ""
) -> FaultResult:
    """Compare the events of a stream without a fault and with it."""
    wanted, got = count_heart(expected, stream), count_heart(found, stream)
    lost, more = wanted - got, got - wanted
    said = said or list_said(found, stream)
    return FaultResult(fault, wanted.total(), lost.total(), more.total(), said)
