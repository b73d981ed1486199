"""Memory of a command with all the processes that it starts."""

import subprocess
import sys
import time

import psutil

#: Seconds between two looks.
LOOK_S = 0.01


def peak_memory(arguments: list[str]) -> float:
    """Run this Python with arguments, in silence, and look at its memory again and again.

    Parameters
    ----------
    arguments : list of str
        Of the interpreter.

    Returns
    -------
    float
        Largest sum over the command and its children of what is resident in MiB. Of what several
        share each has its part ("proportional set size"), so that it counts once.

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
        time.sleep(LOOK_S)
    if started.returncode:
        sys.exit(f"{' '.join(arguments)} failed")
    return peak


def resident_mb(process: psutil.Process) -> float:
    """Memory of a process and its children in MiB, what they share counted once."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            total += one.memory_full_info().pss
    except psutil.NoSuchProcess:  # it ended between two lines: the next look will tell
        return 0.0
    return total / 2**20
