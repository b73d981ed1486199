"""Run `ecg-anomaly live` as a process of its own, and read what it says."""

import json
import resource
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
from lab.live_faults.fault_runs import Key

ROOT = Path(__file__).resolve().parents[3]


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
            list_command(words, detector), stdout=subprocess.PIPE, stderr=errors, cwd=ROOT / "src",
            preexec_fn=limit, check=False,
        )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def start_live(
    words: list[str], detector: Path | None, output: Path, errors: Path
) -> "subprocess.Popen[bytes]":
    """Start the command; what it prints goes into two files."""
    with output.open("wb") as printed, errors.open("wb") as said:
        command = list_command(words, detector)
        return subprocess.Popen(command, stdout=printed, stderr=said, cwd=ROOT / "src")


def list_command(words: list[str], detector: Path | None) -> list[str]:
    """Return the words of the command that monitors sources."""
    words = [*words, *(["--detector", str(detector)] if detector else [])]
    return [sys.executable, "-m", "ecg_anomaly.cli.main", "live", *words]


def list_heart(rows: list[dict[str, Any]]) -> list[Key]:
    """Return sample and kind of the rows that are about the heart."""
    technical = ("link_lost", "leads_off", "noise")
    return [
        (row["sample"], row["kind"])
        for row in rows
        if row["kind"].split(".")[0] in ("beat", "finding", "alarm")
        and not any(name in row["kind"] for name in (*technical, "single_beats"))
    ]


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Read the rows that the command has printed so far; the last line may not be whole."""
    lines = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
    return [json.loads(line) for line in lines]


def end_process(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to end, and wait for it."""
    process.terminate()
    process.wait(20)


def wait_for(holds: Callable[[], bool], patience_s: float = 60.0) -> None:
    """Wait until something holds, or patience is at an end."""
    deadline = time.monotonic() + patience_s
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
