"""What a source of running ECGs is: it delivers streams and their samples to the engine.

A source runs in a thread of its own and calls ``deliver`` for whatever happens; that call waits
while the engine is behind, which holds a file or a broker back. Of a source that sends at its own
pace, such as a device, and says so with ``waits = False``, the engine bounds how fast it may send.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class StreamOpened:
    """A stream begins, or goes on after its link was lost.

    Attributes
    ----------
    stream : str
        Its name, the same after a restart: that of the patient or device.
    fs : float
        Nominal sampling rate in Hz.
    leads : tuple of str
        Name of each lead.
    title : str
        Name for people; ``""`` for that of the stream.
    """

    stream: str
    fs: float
    leads: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True)
class SampleBlock:
    """Some consecutive samples of a stream.

    Attributes
    ----------
    stream : str
        One that was opened before.
    values : (n, n_leads) float32
        In mV; NaN where a sample is missing.
    start : int or None
        Number of the first sample on the clock of the stream, which tells gaps, repeated samples
        and another order; None where the source does not number them: then they follow the last.
    position : str
        From where the source is to go on after a restart, if this block is the last one that
        counted, in the source's own words; ``""`` where it cannot go back.
    """

    stream: str
    values: NDArray[np.float32]
    start: int | None = None
    position: str = ""


@dataclass(frozen=True)
class LinkLost:
    """A stream delivers nothing for now; the source tries to get it back.

    Attributes
    ----------
    stream : str
    reason : str
        For people.
    """

    stream: str
    reason: str


@dataclass(frozen=True)
class StreamEnded:
    """A stream is over: its recording ends, or it was closed.

    Attributes
    ----------
    stream : str
    reason : str
        For people; ``""`` at the end of a recording.
    """

    stream: str
    reason: str = ""


@dataclass(frozen=True)
class StreamMoved:
    """Another process reads a stream from now on; it is not over.

    Attributes
    ----------
    stream : str
    """

    stream: str


Delivery = StreamOpened | SampleBlock | LinkLost | StreamEnded | StreamMoved
Deliver = Callable[[Delivery], None]


class Source(Protocol):
    """Somewhere that running ECGs come from.

    Attributes
    ----------
    name : str
        How the user named it.
    waits : bool
        True if it may be held back without losing samples.
    running : bool
        True where samples come as a heart beats, so that silence is a lost link.
    """

    name: str
    waits: bool
    running: bool

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver until the source is over or `stop` is set.

        Parameters
        ----------
        deliver : callable
            Takes each delivery, in order.
        resume : callable
            Gives, for a stream, the `position` from which to go on; ``""`` from the start.
        stop : threading.Event
            To be looked at once a second at least.

        Raises
        ------
        UserError
            When the source can never be read.
        """

    def keep(self, stream: str, position: str) -> None:
        """Take note that all up to a position of a stream was kept; called from any thread.

        Sources of which a broker remembers what was read tell it so now; others do nothing.
        """
        del stream, position
