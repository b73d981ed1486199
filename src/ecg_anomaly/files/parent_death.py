"""A process that does not outlive the one that started it."""

import ctypes
import signal

#: Option of Linux' ``prctl``: the signal that a process gets when its parent ends.
_SET_PARENT_DEATH_SIGNAL = 1


def die_with_parent() -> None:
    """Ask the system to kill this process when its parent ends, in whichever way (Linux)."""
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
