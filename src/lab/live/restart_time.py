"""Measure how long `ecg-anomaly live` takes to go on with many streams after it was ended."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select

from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.store_tables import SNAPSHOTS
from ecg_anomaly.records.record import Record

ROOT = Path(__file__).resolve().parents[3]

#: Name of the stream whose snapshot all others are given.
FIRST = "bed 0"

#: Samples of a message.
SIZE = 3600

#: Seconds that a process has for what it has read.
PATIENCE_S = 120.0


@dataclass(frozen=True)
class RestartTime:
    """What a restart took.

    Attributes
    ----------
    streams : int
    wall_s, cpu_s : float
        From the start of the process until the last stream was open, in s, and the processor time
        that the process took in all.
    snapshot_bytes : int
        Of one stream.
    """

    streams: int
    wall_s: float
    cpu_s: float
    snapshot_bytes: int

    def line(self) -> str:
        """Return it as a sentence."""
        return (
            f"{self.streams} streams go on {self.wall_s:.1f} s after the start of the process "
            f"({self.cpu_s:.1f} s of processor time), from snapshots of "
            f"{self.snapshot_bytes / 1e6:.2f} MB"
        )


def measure_restart(
    record: Record, n_streams: int, folder: Path, detector: Path | None = None
) -> RestartTime:
    """End a process that has monitored a recording, and start one that has `n_streams` of it.

    Parameters
    ----------
    record : Record
        What each stream has behind it.
    n_streams : int
    folder : Path
        For the store.
    detector : Path, optional
        Folder of a detector; by default that of the package.
    """
    store = folder / "live.sqlite"
    _run_first(record, store, detector)
    size = _copy_snapshot(store, n_streams)
    opening = {"fs": record.fs, "leads": list(record.leads)}
    names = [FIRST, *(f"bed {k}" for k in range(1, n_streams))]
    lines = "".join(json.dumps({"stream": name, **opening}) + "\n" for name in names)
    before, begun = _children_cpu_s(), time.monotonic()
    process = _start(store, detector)
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(lines.encode())
    process.stdin.flush()
    opened = 0
    while opened < n_streams and (line := process.stdout.readline()):
        opened += b'"stream.opened"' in line
    wall_s = time.monotonic() - begun
    process.kill()
    process.communicate()
    if opened < n_streams:
        raise RuntimeError(f"{opened} of {n_streams} streams were opened")
    return RestartTime(n_streams, wall_s, _children_cpu_s() - before, size)


def _start(store: Path, detector: Path | None) -> "subprocess.Popen[bytes]":
    words = ["live", "-", "--store", str(store)]
    words += ["--detector", str(detector)] if detector else []
    command = [sys.executable, "-m", "ecg_anomaly.cli.main", *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment, cwd=store.parent,
    )  # fmt: skip


def _run_first(record: Record, store: Path, detector: Path | None) -> None:
    """Monitor a recording, and end the process so that it keeps a snapshot."""
    process = _start(store, detector)
    assert process.stdin is not None
    assert process.stdout is not None
    head = {"stream": FIRST, "fs": record.fs, "leads": list(record.leads)}
    for at in range(0, len(record.signal), SIZE):
        values = record.signal[at : at + SIZE].round(3).tolist()
        process.stdin.write(json.dumps({**head, "sample": at, "values": values}).encode() + b"\n")
    process.stdin.flush()
    begun = time.monotonic()
    while not _is_kept(store, len(record.signal)):
        if process.poll() is not None or time.monotonic() - begun > PATIENCE_S:
            process.kill()
            raise RuntimeError("the first process has kept no snapshot of all samples")
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    process.stdout.close()
    process.wait()  # before its input ends, and with it the stream
    process.stdin.close()


def _is_kept(path: Path, n_samples: int) -> bool:
    """Tell whether a snapshot holds all samples but those of a turn."""
    if not path.exists():
        return False
    store = EventStore(str(path))
    try:
        with store.database.begin() as link:
            row = link.execute(select(SNAPSHOTS.c.state)).first()
    finally:
        store.close()
    return row is not None and int(np.frombuffer(row.state[16:24], np.int64)[0]) >= n_samples


def _copy_snapshot(path: Path, n_streams: int) -> int:
    """Give the snapshot of the first stream to all others; return its bytes."""
    store = EventStore(str(path))
    try:
        with store.database.begin() as link:
            row = dict(link.execute(select(SNAPSHOTS)).mappings().one())
            copies = [{**row, "stream": f"bed {k}"} for k in range(1, n_streams)]
            if copies:
                link.execute(insert(SNAPSHOTS), copies)
    finally:
        store.close()
    return len(row["state"])


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
