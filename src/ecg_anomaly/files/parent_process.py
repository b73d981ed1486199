"""End a process when the one that started it has ended, so that nothing is left running.

DVC starts the stages, a sweep its workers, and the command `ecg-anomaly` processes that score. When
one of those is killed, the processes it started go on by default: a stage would go on writing, and
the next ``dvc repro`` would start a second writer beside it.
"""

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

#: Seconds between two looks at the process above.
INTERVAL_S = 0.5

#: Exit status of a process that ends here: that of one killed by SIGKILL.
KILLED = 137

#: Number of the option of Linux's ``prctl`` that sends a signal when the parent ends.
PR_SET_PDEATHSIG = 1

#: Programs that may stand between DVC and a stage, which they run with ``-c``.
SHELLS = {"sh", "bash", "dash", "zsh", "fish", "ksh"}


def end_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """End this process when its parent has ended, in whichever way.

    On Linux the system ends it at once; elsewhere a thread that looks at the parent ends it, at
    most `INTERVAL_S` later.

    Parameters
    ----------
    parent : int
        Process number of the parent, noted by the parent itself before it started this process:
        by now it may have ended, and then this process ends at once. Linux also counts it as ended
        when the thread that started this process has.
    number : int
        Signal that Linux sends. A process that tidies up after SIGTERM can ask for that one.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
    _end_unless(lambda: os.getppid() == parent)


def end_with_pipeline() -> None:
    """End this process at most `INTERVAL_S` after the ``dvc`` process above it has ended.

    To be called before any other work, before what takes long to import too: if DVC has already
    ended while this process was being started, the process ends at once. Does nothing in a process
    that DVC did not start, nor when it is called again.
    """
    global _watching
    if "DVC_STAGE" not in os.environ or _watching:
        return
    pipeline = find_pipeline()
    if pipeline is None:
        os._exit(KILLED)
    _watching = True
    _end_unless(lambda: _is_alive(pipeline))


_watching = False


def find_pipeline() -> psutil.Process | None:
    """Return the process that runs the pipeline, of which this process is a stage.

    Returns
    -------
    psutil.Process or None
        The nearest ancestor whose command line names dvc; or the program that started this process,
        which may use DVC as a library; or None when whatever it was has ended.
    """
    ancestors = [a for a in psutil.Process().parents() if not _is_shell(_words(a))]
    named = next((a for a in ancestors if _names_dvc(_words(a))), None)
    if named is not None or not ancestors:
        return named
    starter = ancestors[0]
    return None if _adopts_orphans(starter) else starter


def _words(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return process.cmdline()
    return []


def _names_dvc(words: list[str]) -> bool:
    return any("dvc" in os.path.basename(word) for word in words[:3])


def _is_shell(words: list[str]) -> bool:
    return bool(words) and os.path.basename(words[0]).lstrip("-") in SHELLS and "-c" in words


def _adopts_orphans(process: psutil.Process) -> bool:
    """Say whether an ancestor did not start this process, but was given it when DVC ended.

    It is the first process of the system or container, unless that is a Python program itself, or
    a service manager. That one belongs to another session, while DVC, or a program that uses DVC as
    a library, shares the session of the stages that it starts.
    """
    try:
        if process.pid == 1 and not process.name().startswith("python"):
            return True
        return os.getsid(process.pid) != os.getsid(0)
    except (psutil.Error, ProcessLookupError):  # it has ended between the two calls
        return True


def _end_unless(alive: Callable[[], bool]) -> None:
    """End this process now or, watched by a thread, as soon as something is no longer alive."""
    if not alive():
        os._exit(KILLED)
    threading.Thread(target=_watch, args=(alive,), daemon=True).start()


def _watch(alive: Callable[[], bool]) -> None:
    while alive():
        time.sleep(INTERVAL_S)
    os._exit(KILLED)


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):  # it may end between the two questions
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
