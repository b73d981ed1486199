"""Faults of what is around the engine: disk, broker, process, browser; with the real parts."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ecg_anomaly.records.record import Record
from lab.live_faults.fault_runs import FaultResult, list_blocks
from lab.live_faults.live_command import (
    ROOT,
    end_process,
    list_command,
    list_heart,
    read_rows,
    replay,
    wait_for,
    write_stored,
)
from lab.live_kills import Replay, run_with_kills

#: Bytes that a file may have on the disk that is full: the database fits, and little else.
FULL_DISK = 96 * 1024

#: Times that the process is killed, and the speed of that replay.
KILLS, KILL_SPEED = 3, 20.0

#: Where the broker may be found.
MOSQUITTO = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")

ProcessFault = Callable[[Record, Path, Path | None], FaultResult]


def fill_disk(record: Record, folder: Path, detector: Path | None) -> FaultResult:
    """Let the disk of the store be full soon after the start."""
    write_stored(record, folder)
    expected = replay(folder, detector, "whole")
    found = replay(folder, detector, "full", FULL_DISK)
    said = (folder / "full.err").read_text().splitlines()
    said = [line.partition(": failed ")[2] for line in said if ": failed " in line]
    return _compare("disk full", expected, found, "; ".join(said[:1]))


def restart_broker(record: Record, folder: Path, detector: Path | None) -> FaultResult:
    """Restart the broker while a recording is published through it."""
    fault = "broker restarted (MQTT)"
    if MOSQUITTO is None:
        return FaultResult(fault, 0, 0, 0, "not run: mosquitto is not installed")
    from paho.mqtt import publish

    record = write_stored(record, folder)
    expected, port = replay(folder, detector, "whole"), _free_port()
    opened = {"stream": "bed1", "fs": record.fs, "leads": list(record.leads)}
    messages = [
        json.dumps({**opened, "sample": block.start, "values": block.values.tolist()})
        for block in list_blocks(record)
    ]
    half = len(messages) // 2
    output = folder / "found.ndjson"
    words = [f"mqtt://127.0.0.1:{port}/ward/#", "--store", str(folder / "found.sqlite")]
    with output.open("wb") as file, (folder / "found.err").open("wb") as errors:
        broker = _start_broker(folder, port)
        process = subprocess.Popen(
            list_command(words, detector), stdout=file, stderr=errors, cwd=ROOT / "src"
        )
        try:
            wait_for(lambda: (folder / "found.sqlite-wal").exists())
            time.sleep(2.0)  # it subscribes
            for part in (messages[:half], messages[half:]):
                payloads: list[Any] = [("ward/bed1", message, 1, False) for message in part]
                publish.multiple(payloads, "127.0.0.1", port)
                if part is messages[:half] or part[0] == messages[0]:
                    time.sleep(1.0)
                    end_process(broker)
                    broker = _start_broker(folder, port)
            last = len(record.signal) - 10 * record.fs
            wait_for(lambda: any(row["sample"] >= last for row in read_rows(output)))
            time.sleep(2.0)
        finally:
            end_process(process)
            end_process(broker)
    found = read_rows(output)
    said = {r["kind"].removesuffix(".raised") for r in found if "link_lost.raised" in r["kind"]}
    return _compare(fault, expected, found, ", ".join(said))


def kill_process(record: Record, folder: Path, detector: Path | None) -> FaultResult:
    """Kill the process at random instants, and start it again."""
    write_stored(record, folder)
    path, chosen = str(folder / "bed1"), str(detector) if detector else None
    found = run_with_kills(Replay([path], 1, chosen), folder, KILLS, KILL_SPEED)
    wanted = len(list_heart(read_rows(folder / "whole.ndjson")))
    more = found.twice + found.other + found.kept_wrong
    return FaultResult(f"killed {found.kills} times", wanted, found.lost, more, "it goes on")


def _compare(
    fault: str, expected: list[dict[str, Any]], found: list[dict[str, Any]], said: str
) -> FaultResult:
    """Compare rows of events, but for those that only the end of a replay brings.

    They come after the beats that were found, though they may be about what began before: a
    standstill is a finding when it is over.
    """
    last = max((row["sample"] for row in found if row["kind"].startswith("beat")), default=0)
    later = (row["kind"].startswith("beat") and row["sample"] > last for row in expected)
    known = expected[: next((place for place, is_later in enumerate(later) if is_later), None)]
    wanted = {key for key in list_heart(known) if key[0] <= last}
    got = [key for key in list_heart(found) if key[0] <= last]
    twice = len(got) - len(set(got))
    lost, more = wanted - set(got), set(got) - wanted
    return FaultResult(fault, len(wanted), len(lost), len(more) + twice, said)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_broker(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    (folder / "mosquitto.conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
        f"persistence_location {folder}/\nmax_inflight_messages 0\nuser root\n"
    )
    broker = subprocess.Popen(
        [str(MOSQUITTO), "-c", str(folder / "mosquitto.conf")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    wait_for(lambda: _answers(port))
    return broker


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


PROCESS_FAULTS: tuple[ProcessFault, ...] = (fill_disk, restart_broker, kill_process)
