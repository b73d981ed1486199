"""Clean up when a command is stopped by Ctrl-C, ``kill`` or a closed terminal, then let it end.

By default SIGTERM ends Python at once, and temporary files and worker processes stay. An exception
raised by the handler, as for Ctrl-C, is no safe way out either: Python prints and forgets one that
is raised while an object is destroyed, and a second one interrupts the first one's tidying. Here
the handler itself calls what was noted with `tidied_on_stop`, and then ends the process by the
signal, so that a shell or a service manager sees how it ended.
"""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

#: What is to be done, with the process that noted it: forked ones inherit the list.
_noted: dict[object, tuple[int, Callable[[], object]]] = {}

#: Blocks of `uninterrupted` that are running, and the signal that waits for their end.
_holding, _waiting = 0, 0


@contextmanager
def handled_stop_signals() -> Iterator[None]:
    """Handle SIGINT, SIGTERM and SIGHUP while the block runs; those that are ignored stay so.

    Outside the main thread nothing is changed: only that one may set handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in former.items():
        if handler not in (signal.SIG_IGN, None):  # ignored after `nohup`, or in the background
            signal.signal(number, _receive)
    try:
        yield
    finally:
        for number, handler in former.items():
            if handler is not None:
                signal.signal(number, handler)


@contextmanager
def tidied_on_stop(tidy: Callable[[], object]) -> Iterator[None]:
    """Have `tidy` called if a signal stops this process while the block runs, the last one first.

    Parameters
    ----------
    tidy : callable
        Called without arguments, in the main thread, at any point of the block. What it raises is
        ignored.
    """
    key = object()
    _noted[key] = os.getpid(), tidy
    try:
        yield
    finally:
        del _noted[key]


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a stop signal wait until the block, which must be short, has ended."""
    global _holding
    _holding += 1
    try:
        yield
    finally:
        _holding -= 1
        if _waiting and not _holding:
            _stop(_waiting)


@contextmanager
def started_deaf() -> Iterator[None]:
    """Let a spawned process of the block hear no stop signal until it says so.

    Ctrl-C and a service manager send the signal to all processes of a command at once: one that has
    begun a moment ago would end with a traceback, or without a word. This process hears the signal
    after the block, which must be short. See `ignore_stop_signals`.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # in the block, its start would let the signals through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_stop_signals() -> None:
    """Ignore stop signals in this process, those too that came since it was `started_deaf`."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def _receive(number: int, _frame: FrameType | None) -> None:
    global _waiting
    if _holding:
        _waiting = number
    else:
        _stop(number)


def _stop(number: int) -> None:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    for process, tidy in reversed(list(_noted.values())):
        if process == os.getpid():
            with suppress(Exception):
                tidy()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    os._exit(128 + number)  # the first process of a container is not ended by a signal
