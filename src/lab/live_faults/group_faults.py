"""Two processes of a Kafka consumer group share streams, and one of them is killed."""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.records.record import Record
from lab.live_faults.fault_runs import FaultResult, list_blocks
from lab.live_faults.live_command import (
    list_heart,
    replay,
    start_live,
    wait_for,
    write_stored,
)

#: Streams of the topic.
STREAMS = ("bed1", "bed2", "bed3", "bed4")

TOPIC = "ward"

#: Seconds at the end of a recording whose beats may not be decided on yet.
UNDECIDED_S = 8.0

#: Seconds for what is under way: to join the group, to notice that a process is gone.
JOIN_S, TAKE_OVER_S = 4.0, 60.0


def kill_one_of_group(record: Record, folder: Path, detector: Path | None) -> FaultResult:
    """Kill one of two processes that share the streams of a topic: the other one goes on."""
    import confluent_kafka

    record = write_stored(record, folder)
    expected = list_heart(replay(folder, detector, "whole"))
    # The broker is the one that librdkafka has inside for tests; it lives in this process.
    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "x"})
    (broker,) = producer.list_topics(timeout=10).brokers.values()
    producer.list_topics(TOPIC, timeout=10)
    word = f"kafka://{broker.host}:{broker.port}/{TOPIC}?group=night"
    parts = _cut_messages(record, 3)
    first = _start(folder, word, detector, "first")
    second: subprocess.Popen[bytes] | None = None
    try:
        _send(producer, parts[0])
        wait_for(lambda: len(_streams_of(folder / "first.ndjson")) == len(STREAMS))
        second = _start(folder, word, detector, "second")
        wait_for(lambda: (folder / "second.ndjson").stat().st_size > 0, 20.0)
        _send(producer, parts[1])
        time.sleep(JOIN_S)
        shared = _streams_of(folder / "second.ndjson")
        first.kill()
        first.wait()
        _send(producer, parts[2])
        # Beats near the end are decided on when a stream ends, which one of a broker does not.
        known = len(record.signal) - UNDECIDED_S * record.fs
        last = max(sample for sample, kind in expected if kind == "beat" and sample <= known)
        wait_for(lambda: _is_whole(folder, last), TAKE_OVER_S)
    finally:
        for process in (first, second):
            if process is not None:
                process.terminate()
                process.wait(30)
    return _compare(expected, _read_kept(folder), last, shared)


def _cut_messages(record: Record, n: int) -> list[list[dict[str, Any]]]:
    """Return the messages of a recording in so many parts."""
    head = {"fs": record.fs, "leads": list(record.leads)}
    rows = [
        {**head, "sample": block.start, "values": block.values.tolist()}
        for block in list_blocks(record)
    ]
    size = -(-len(rows) // n)
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def _start(folder: Path, word: str, detector: Path | None, name: str) -> "subprocess.Popen[bytes]":
    words = [word, "--store", str(folder / "group.sqlite"), "--snapshot", "0.5"]
    return start_live(words, detector, folder / f"{name}.ndjson", folder / f"{name}.err")


def _send(producer: Any, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        for stream in STREAMS:
            producer.produce(TOPIC, json.dumps(row), stream)
        producer.poll(0)
    producer.flush(30)


def _streams_of(path: Path) -> set[str]:
    """Return the streams of which a process has said something."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return {json.loads(line)["stream"] for line in lines}


def _read_kept(folder: Path) -> list[dict[str, Any]]:
    store, found, last = EventStore(str(folder / "group.sqlite")), list[dict[str, Any]](), 0
    try:
        while rows := store.read_after(last):
            found += [row for _, row in rows]
            last = rows[-1][0]
    finally:
        store.close()
    return found


def _is_whole(folder: Path, last: int) -> bool:
    done = {r["stream"] for r in _read_kept(folder) if r["kind"] == "beat" and r["sample"] >= last}
    time.sleep(0.4)
    return done == set(STREAMS)


def _compare(
    expected: list[tuple[int, str]], kept: list[dict[str, Any]], last: int, shared: set[str]
) -> FaultResult:
    wanted = {key for key in expected if key[0] <= last}
    lost = more = 0
    for stream in STREAMS:
        got = Counter(k for k in list_heart([r for r in kept if r["stream"] == stream]))
        known = Counter({key: n for key, n in got.items() if key[0] <= last})
        lost += len(wanted - known.keys())
        more += len(known.keys() - wanted) + known.total() - len(known)
    said = f"the other takes over; {len(shared)} of {len(STREAMS)} streams were its own before"
    fault = "one of two processes on Kafka killed"
    return FaultResult(fault, len(wanted) * len(STREAMS), lost, more, said)
