"""End a process when the one that started it has ended, so that nothing is left running.

DVC starts the stages, a sweep its workers, and the command `ecg-anomaly` processes that score. When
one of those is killed, the processes it started go on by default: a stage would go on writing, and
the next ``dvc repro`` would start a second writer beside it.
"""

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

#: Seconds between two looks at the process above.
INTERVAL_S = 0.5

#: Exit status of a process that ends here: that of one killed by SIGKILL.
KILLED = 137


def end_with_parent(parent: int) -> None:
    """End this process at most `INTERVAL_S` after its parent has ended, in whichever way.

    Parameters
    ----------
    parent : int
        Process number of the parent, noted by the parent itself before it started this process:
        by now it may have ended, and then this process ends at once.
    """
    _end_unless(lambda: os.getppid() == parent)


def end_with_pipeline() -> None:
    """End this process at most `INTERVAL_S` after the ``dvc`` process above it has ended.

    To be called before any other work: if DVC has already ended while this process was being
    started, the process ends at once. Does nothing in a process that DVC did not start.
    """
    if "DVC_STAGE" not in os.environ:
        return
    pipeline = find_pipeline()
    if pipeline is not None:
        _end_unless(lambda: _is_alive(pipeline))
    elif _is_orphan():
        os._exit(KILLED)


def find_pipeline() -> psutil.Process | None:
    """Return the nearest ancestor whose command line names dvc, or None."""
    for ancestor in psutil.Process().parents():
        try:
            if any("dvc" in os.path.basename(word) for word in ancestor.cmdline()[:3]):
                return ancestor
        except psutil.Error:
            continue
    return None


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


def _is_orphan() -> bool:
    """Say whether the parent has ended and the system has given this process another one.

    That other one, the first process or a service manager, belongs to another session, while DVC,
    or a program that uses DVC as a library, shares the session of the stages that it starts.
    """
    try:
        return os.getsid(os.getppid()) != os.getsid(0)
    except ProcessLookupError:  # it has ended between the two calls
        return True
