"""Faults of what is around the engine: disk, broker, process, browser; with the real parts."""

import json
import resource
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.live_faults.fault_runs import FaultResult, Key, list_blocks
from lab.live_kills import run_with_kills

ROOT = Path(__file__).resolve().parents[3]

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


def write_stored(record: Record, folder: Path) -> Record:
    """Write a record as ``bed1``; return it as it is stored, in whole steps of its converter."""
    write_record(replace(record, name="bed1", annotations=None), folder)
    stored = open_record(folder / "bed1")
    return replace(record, name="bed1", signal=stored.read(0, stored.n_samples))


def replay(
    folder: Path, detector: Path | None, name: str, most_bytes: int | None = None
) -> list[dict[str, Any]]:
    """Monitor the stored record by the command, and return the rows of its events.

    Parameters
    ----------
    folder : Path
    detector : Path or None
    name : str
        Of the store and of what is said on standard error.
    most_bytes : int, optional
        That a file may have.
    """

    def limit() -> None:
        if most_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    words = [f"replay:{folder / 'bed1'}", "--store", str(folder / f"{name}.sqlite")]
    with (folder / f"{name}.err").open("wb") as errors:
        done = subprocess.run(
            _command(words, detector), stdout=subprocess.PIPE, stderr=errors, cwd=ROOT / "src",
            preexec_fn=limit, check=False,
        )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def start_live(
    words: list[str], detector: Path | None, output: Path, errors: Path
) -> "subprocess.Popen[bytes]":
    """Start the command; what it prints goes into two files."""
    with output.open("wb") as printed, errors.open("wb") as said:
        command = _command(words, detector)
        return subprocess.Popen(command, stdout=printed, stderr=said, cwd=ROOT / "src")


def _command(words: list[str], detector: Path | None) -> list[str]:
    words = [*words, *(["--detector", str(detector)] if detector else [])]
    return [sys.executable, "-m", "ecg_anomaly.cli.main", "live", *words]


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
            _command(words, detector), stdout=file, stderr=errors, cwd=ROOT / "src"
        )
        try:
            wait_for(lambda: (folder / "found.sqlite-wal").exists())
            time.sleep(2.0)  # it subscribes
            for part in (messages[:half], messages[half:]):
                payloads: list[Any] = [("ward/bed1", message, 1, False) for message in part]
                publish.multiple(payloads, "127.0.0.1", port)
                if part is messages[:half] or part[0] == messages[0]:
                    time.sleep(1.0)
                    _stop(broker)
                    broker = _start_broker(folder, port)
            last = len(record.signal) - 10 * record.fs
            wait_for(lambda: any(row["sample"] >= last for row in _read(output)))
            time.sleep(2.0)
        finally:
            _stop(process)
            _stop(broker)
    found = _read(output)
    said = {r["kind"].removesuffix(".raised") for r in found if "link_lost.raised" in r["kind"]}
    return _compare(fault, expected, found, ", ".join(said))


def kill_process(record: Record, folder: Path, detector: Path | None) -> FaultResult:
    """Kill the process at random instants, and start it again."""
    write_stored(record, folder)
    path, chosen = str(folder / "bed1"), str(detector) if detector else None
    found = run_with_kills(path, folder, KILLS, KILL_SPEED, chosen)
    wanted = len(list_heart(_read(folder / "whole.ndjson")))
    more = found.twice + found.other + found.kept_wrong
    return FaultResult(f"killed {found.kills} times", wanted, found.lost, more, "it goes on")


def _compare(
    fault: str, expected: list[dict[str, Any]], found: list[dict[str, Any]], said: str
) -> FaultResult:
    """Compare rows of events, but for those that only the end of a replay brings."""
    last = max((row["sample"] for row in found if row["kind"].startswith("beat")), default=0)
    wanted = {key for key in list_heart(expected) if key[0] <= last}
    got = [key for key in list_heart(found) if key[0] <= last]
    twice = len(got) - len(set(got))
    lost, more = wanted - set(got), set(got) - wanted
    return FaultResult(fault, len(wanted), len(lost), len(more) + twice, said)


def list_heart(rows: list[dict[str, Any]]) -> list[Key]:
    """Return sample and kind of the rows that are about the heart."""
    technical = ("link_lost", "leads_off", "noise")
    return [
        (row["sample"], row["kind"])
        for row in rows
        if row["kind"].split(".")[0] in ("beat", "finding", "alarm")
        and not any(name in row["kind"] for name in (*technical, "single_beats"))
    ]


def _read(path: Path) -> list[dict[str, Any]]:
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    return [json.loads(line) for line in lines]


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


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait(20)


def wait_for(holds: Callable[[], bool], patience_s: float = 60.0) -> None:
    """Wait until something holds, or patience is at an end."""
    deadline = time.monotonic() + patience_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)


PROCESS_FAULTS: tuple[ProcessFault, ...] = (fill_disk, restart_broker, kill_process)
