"""Start a command so that all of its processes, orphans too, can be found again by a mark."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

#: Variable that marks the processes of a run: children inherit it, orphans keep it.
MARK = "ECG_ANOMALY_KILL_RUN"


def start_marked(
    command: Sequence[str], mark: str, folder: Path | None = None
) -> "subprocess.Popen[bytes]":
    """Start a command all of whose processes can be found by a mark."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, MARK: mark, "PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def find_marked(mark: str, word: str = "") -> list[psutil.Process]:
    """Find the living processes of a run, in whose command line a word occurs."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            marked = process.environ().get(MARK) == mark
            if marked and any(word in part for part in process.cmdline()):
                found.append(process)
    return found


def count_lasting(mark: str, grace_s: float) -> int:
    """Count the processes of a run that live longer than this time, s, from now on."""
    end = time.monotonic() + grace_s
    while (left := len(find_marked(mark))) and time.monotonic() < end:
        time.sleep(0.05)
    return left
