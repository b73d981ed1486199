"""Run Python commands as processes and measure their time and peak memory."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass

import psutil

#: Seconds between two samples of the memory.
SAMPLE_S = 0.01


@dataclass(frozen=True)
class Cost:
    """Time that a process took.

    Attributes
    ----------
    wall_s, cpu_s : float
        Seconds from start to end, and processor seconds of all its threads and child processes.
    """

    wall_s: float
    cpu_s: float


def run_python(arguments: list[str]) -> Cost:
    """Run this Python with arguments, its output discarded, and return the time it took.

    Compiled modules are kept, as on a user's machine, whatever the caller's environment says:
    otherwise each start would compile them again.

    Raises
    ------
    SystemExit
        When it fails; its last lines are shown.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert child.stderr is not None
    with child.stderr:
        said = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{said[-2000:]}")
    return Cost(wall_s, usage.ru_utime + usage.ru_stime)


def peak_memory(arguments: list[str]) -> float:
    """Run this Python with arguments, its output discarded, and sample its memory.

    Parameters
    ----------
    arguments : list of str
        Of the interpreter.

    Returns
    -------
    float
        Largest resident memory of the command and its children in MiB. Memory that several share
        counts once ("proportional set size").

    Raises
    ------
    SystemExit
        When the command fails.
    """
    peak = 0.0
    started = psutil.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while started.poll() is None:
        peak = max(peak, resident_mb(started))
        time.sleep(SAMPLE_S)
    if started.returncode:
        sys.exit(f"{' '.join(arguments)} failed")
    return peak


def resident_mb(process: psutil.Process) -> float:
    """Return the memory of a process and its children in MiB, what they share counted once."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_full_info().pss
    except psutil.NoSuchProcess:  # it ended meanwhile: the next sample tells
        return 0.0
    return total / 2**20
