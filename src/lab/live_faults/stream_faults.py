"""Faults of a stream: its link, the order of its samples, its clock, its unit, its leads."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.live.sources.ble_source import BleSource
from ecg_anomaly.live.sources.polar_frames import FS, HEADER
from ecg_anomaly.live.sources.source import Delivery, LinkLost, SampleBlock
from ecg_anomaly.records.record import Record
from lab.live_faults.fault_runs import (
    FaultResult,
    blank_spans,
    compare,
    list_blocks,
    list_deliveries,
    list_said,
    monitor,
)

#: Seconds that a link is lost; where it is lost, in s of the recording.
LOST_S, LOST_AT_S = 300.0, 30.0

#: Samples of a frame of a strap, its true rate by the nominal one, and the frames that are lost.
FRAME, DRIFT, LOST_FRAMES = 73, 1.02, (60, 61, 100)

Fault = Callable[[LoadedDetector, Record], FaultResult]


def lose_link_and_catch_up(detector: LoadedDetector, record: Record) -> FaultResult:
    """Lose the link of a device that keeps its samples, and sends them afterwards."""
    blocks: list[Delivery] = list(list_blocks(record))
    at = len(blocks) // 3
    lost: Delivery = LinkLost(record.name, "no answer")
    found = monitor(detector, list_deliveries(record, [*blocks[:at], lost, *blocks[at:]]))
    expected = monitor(detector, list_deliveries(record))
    fault = "link lost, samples come later, all at once"
    return compare(fault, expected, found, record.name)


def lose_link(detector: LoadedDetector, record: Record) -> FaultResult:
    """Lose the link, and all that would have come within five minutes."""
    cut, gap = round(LOST_AT_S * record.fs), round(LOST_S * record.fs)
    first, rest = record.signal[:cut], record.signal[cut:]
    nothing = np.full((gap, first.shape[1]), np.nan, np.float32)
    whole = replace(record, signal=np.concatenate([first, nothing, rest]))
    blocks: list[SampleBlock] = list_blocks(whole)
    kept = [block for block in blocks if not cut <= (block.start or 0) < cut + gap]
    at = next(k for k, block in enumerate(kept) if (block.start or 0) >= cut)
    lost: Delivery = LinkLost(record.name, "no answer")
    found = monitor(detector, list_deliveries(whole, [*kept[:at], lost, *kept[at:]]))
    fault = f"link lost for {LOST_S / 60:g} minutes"
    return compare(fault, monitor(detector, list_deliveries(whole)), found, record.name)


def repeat_samples(detector: LoadedDetector, record: Record) -> FaultResult:
    """Send every block twice, and sometimes ten seconds once more."""
    blocks, sent = list_blocks(record), list[Delivery]()
    for number, block in enumerate(blocks):
        sent += [block, block]
        if number % 100 == 99:
            sent += blocks[number - 50 : number]
    found = monitor(detector, list_deliveries(record, sent))
    expected = monitor(detector, list_deliveries(record))
    return compare("samples twice", expected, found, record.name)


def mix_order(detector: LoadedDetector, record: Record) -> FaultResult:
    """Send blocks in another order, up to 1.2 s late."""
    blocks, rng = list_blocks(record), np.random.default_rng(0)
    when = np.arange(len(blocks)) + rng.uniform(0, 6, len(blocks))
    when[0] = -1
    sent = [blocks[k] for k in np.argsort(when).tolist()]
    found = monitor(detector, list_deliveries(record, sent))
    expected = monitor(detector, list_deliveries(record))
    # Nothing is missing and nothing came twice: there is nothing to be said.
    return compare("samples out of order", expected, found, record.name, "nothing")


def drop_blocks(detector: LoadedDetector, record: Record) -> FaultResult:
    """Leave out a second now and then."""
    spans = [(at, at + 1.0) for at in np.arange(9.0, record.duration_s - 5, 14.0).tolist()]
    holed = replace(record, signal=blank_spans(record, spans))
    kept = [block for block in list_blocks(holed) if not np.isnan(block.values).all()]
    found = monitor(detector, list_deliveries(record, kept))
    expected = monitor(detector, list_deliveries(holed))
    return compare("gaps of a second", expected, found, record.name)


def drift_clock(detector: LoadedDetector, record: Record) -> FaultResult:
    """Let a strap sample 2 % too fast by its own clock, and lose three of its frames."""
    one = _as_strap(record)
    source, frames = BleSource(one.name), list(_make_frames(one))
    kept = [frame for number, frame in enumerate(frames) if number not in LOST_FRAMES]
    sent: list[Delivery] = [block for frame in kept for block in source.take_frame(frame)]
    spans = [(n * FRAME / FS, (n + 1) * FRAME / FS) for n in LOST_FRAMES]
    n = len(frames) * FRAME
    holed = replace(one, signal=blank_spans(one, spans)[:n])
    found = monitor(detector, list_deliveries(one, sent))
    expected = monitor(detector, list_deliveries(holed))
    return compare("clock drift of 2 %, frames lost", expected, found, one.name)


def _as_strap(record: Record) -> Record:
    """Return the first lead at the rate of a strap, in whole microvolts."""
    time_s = np.arange(0, record.duration_s - 0.1, 1 / FS)
    lead = np.interp(time_s, np.arange(len(record.signal)) / record.fs, record.signal[:, 0])
    signal = (np.rint(lead * 1000) / 1000).astype(np.float32)[:, None]
    return replace(record, signal=signal, fs=FS, leads=("ECG",), annotations=None)


def _make_frames(record: Record) -> Iterator[bytes]:
    """Yield frames as a strap sends them, by its clock, which runs fast."""
    values = np.rint(record.signal[:, 0] * 1000).astype(int).tolist()
    for at in range(0, len(values) - FRAME + 1, FRAME):
        last_ns = round((at + FRAME) / (FS * DRIFT) * 1e9)
        head = bytes([0]) + last_ns.to_bytes(8, "little") + bytes([0])
        samples = (v.to_bytes(3, "little", signed=True) for v in values[at : at + FRAME])
        assert len(head) == HEADER
        yield head + b"".join(samples)


def mistake_unit(detector: LoadedDetector, record: Record) -> FaultResult:
    """Let a neighbour state mV and send uV: it is closed, and this stream does not notice."""
    other = replace(record, name="neighbour", signal=record.signal * 1000)
    mine = list_deliveries(record)
    found = monitor(detector, mine, list_deliveries(other))
    said = list_said(found, other.name)
    return compare("wrong unit of a neighbour", monitor(detector, mine), found, record.name, said)


def send_nan(detector: LoadedDetector, record: Record) -> FaultResult:
    """Send samples that are no numbers, or infinite, as a parser or a driver makes them."""
    signal, rng = record.signal.copy(), np.random.default_rng(1)
    rows = rng.integers(0, len(signal), 400)
    signal[rows, 1] = np.nan
    broken = replace(record, signal=signal)
    sent = signal.copy()
    sent[rows[::2], 1] = np.inf
    found = monitor(detector, list_deliveries(replace(record, signal=sent)))
    expected = monitor(detector, list_deliveries(broken))
    return compare("NaN and infinity", expected, found, record.name, "taken as missing")


def lose_lead(detector: LoadedDetector, record: Record) -> FaultResult:
    """Let the second lead come and go: what is critical is said all the same.

    Not within the tachycardia: with one lead alone a fast one may be called a fibrillation as well.
    """
    spans = [(6.0, 15.0), (24.0, 33.0), (66.0, 75.0), (80.0, 89.0)]
    found = monitor(
        detector, list_deliveries(replace(record, signal=blank_spans(record, spans, 1)))
    )
    expected = monitor(detector, list_deliveries(record))
    critical = [
        [e for e in events if e.said.get("priority") == "critical" and e.kind.endswith("raised")]
        for events in (expected, found)
    ]
    kinds = [sorted({e.kind for e in events}) for events in critical]
    late_s = max((abs(a.time_s - b.time_s) for a, b in zip(*critical, strict=False)), default=9.0)
    same = kinds[0] == kinds[1] and late_s <= 1.0
    said = list_said(found, record.name)
    fault = "a lead that comes and goes (critical alarms)"
    return FaultResult(fault, len(critical[0]), 0 if same else len(critical[0]), 0, said)


FAULTS: tuple[Fault, ...] = (
    lose_link, lose_link_and_catch_up, repeat_samples, mix_order, drop_blocks, drift_clock,
    mistake_unit, send_nan, lose_lead,
)  # fmt: skip
