"""Commands run as processes of their own, with what they cost."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What a process took.

    Attributes
    ----------
    wall_s, cpu_s : float
        Seconds from start to end, and of all its threads together.
    peak_mb : float
        Largest resident memory in MiB; never less than that of the process which started it, so
        start it from one that has imported little.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def run_python(arguments: list[str]) -> Cost:
    """Run this Python with arguments, in silence.

    Raises
    ------
    SystemExit
        When it fails; its last lines are shown.
    """
    start = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert child.stderr is not None
    with child.stderr:
        said = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{said[-2000:]}")
    # Linux counts in KiB.
    return Cost(wall_s, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
