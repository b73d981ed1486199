"""In a worker: the sources whose deliveries come from the main process."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from ecg_anomaly.live.source_threads import LOOK_S
from ecg_anomaly.live.sources.source import Deliver, Delivery, Source
from ecg_anomaly.live.workers.messages import Kept


@dataclass(frozen=True)
class SourceTraits:
    """What a worker has to know of a source, see `ecg_anomaly.live.sources.source.Source`."""

    name: str
    waits: bool
    running: bool


class RemoteSource(Source):
    """Stands for a source that runs in the main process.

    Parameters
    ----------
    place : int
        Of the source among all.
    traits : SourceTraits
    tell : callable
        Takes what was kept, for the source.
    """

    def __init__(self, place: int, traits: SourceTraits, tell: Callable[[Kept], None]) -> None:
        self.name, self.waits, self.running = traits.name, traits.waits, traits.running
        self._place, self._tell = place, tell

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver nothing: `ReceivedSources` does."""

    def keep(self, stream: str, position: str) -> None:
        """Tell the source in the main process, if it can go back at all."""
        if position:
            self._tell(Kept(self._place, stream, position))


class ReceivedSources(Source):
    """Receives the deliveries of all sources and passes them on, each as one of its source.

    Parameters
    ----------
    pipe : Connection
        Gives lists of deliveries with the places of their sources.
    sources : sequence of RemoteSource
        In their places.

    Attributes
    ----------
    pass_on : callable
        Takes a source and a delivery: `LiveEngine.deliver` of the engine that runs this one.
    """

    name, waits, running = "deliveries", True, False

    def __init__(self, pipe: Connection, sources: Sequence[RemoteSource]) -> None:
        self._pipe, self._sources = pipe, sources
        self.pass_on: Callable[[Source, Delivery], None] = lambda _source, _delivery: None

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Pass on until the main process has closed the pipe, or `stop` is set."""
        del deliver, resume
        with self._pipe:
            while not stop.is_set():
                if not self._pipe.poll(LOOK_S):
                    continue
                try:
                    found = self._pipe.recv()
                except (EOFError, OSError):
                    return
                for place, delivery in found:
                    self.pass_on(self._sources[place], delivery)
