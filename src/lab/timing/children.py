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
        Seconds from start to end, and of all its threads and processes together.
    """

    wall_s: float
    cpu_s: float


def run_python(arguments: list[str]) -> Cost:
    """Run this Python with arguments, in silence.

    Its modules may be kept compiled, as those of a user are, whatever the caller's environment
    says: otherwise each start would compile them anew.

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
