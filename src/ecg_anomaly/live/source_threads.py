"""Run sources in threads, and give what they deliver one by one, in a queue of bounded length."""

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.sources.source import Delivery, Source

#: Deliveries that wait at most, and seconds between two looks at whether to stop.
MOST_WAITING, LOOK_S = 512, 0.1

#: Commands of people that wait at most.
MOST_COMMANDS = 1024

#: A delivery, or why a source has failed, with its source; or a command, which has none.
Waiting = tuple[Source | None, Delivery | Command | UserError]


class SourceThreads:
    """The threads of some sources.

    Parameters
    ----------
    sources : sequence of Source
    resume : callable
        Gives, for a stream, the position from which its source is to go on.
    """

    def __init__(self, sources: Sequence[Source], resume: Callable[[str], str]) -> None:
        self._resume, self._stop = resume, threading.Event()
        self._waiting: queue.Queue[Waiting] = queue.Queue(MOST_WAITING)
        self._commands: queue.Queue[Command] = queue.Queue(MOST_COMMANDS)
        targets = [partial(self._run, source) for source in sources]
        self._threads = [threading.Thread(target=target, daemon=True) for target in targets]

    @property
    def stopped(self) -> bool:
        """True after `stop`."""
        return self._stop.is_set()

    @property
    def over(self) -> bool:
        """True when all sources have ended and nothing waits any more."""
        return not any(t.is_alive() for t in self._threads) and self._waiting.empty()

    @property
    def n_waiting(self) -> int:
        """How many deliveries wait."""
        return self._waiting.qsize()

    def start(self) -> None:
        """Let the sources begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the sources end; what they still deliver is dropped."""
        self._stop.set()

    def take(self, wait_s: float) -> Waiting | None:
        """Return the next delivery, a command first; None if none comes within some seconds."""
        try:
            return None, self._commands.get_nowait()
        except queue.Empty:
            pass
        try:
            return self._waiting.get(timeout=wait_s) if wait_s else self._waiting.get_nowait()
        except queue.Empty:
            return None

    def command(self, command: Command) -> None:
        """Add a command of a person, which goes before all deliveries; waits for nobody.

        May be called from any thread. One that nobody can have meant, behind a thousand others, is
        dropped.
        """
        with suppress(queue.Full):
            self._commands.put_nowait(command)

    def put(self, source: Source, delivery: Delivery | UserError) -> None:
        """Add a delivery; waits while the queue is full. May be called from any thread."""
        while not self._stop.is_set():
            try:
                self._waiting.put((source, delivery), timeout=LOOK_S)
            except queue.Full:
                continue
            return

    def _run(self, source: Source) -> None:
        try:
            source.run(partial(self.put, source), self._resume, self._stop)
        except UserError as error:
            self.put(source, error)
        except Exception as error:
            rule = f"failed ({type(error).__name__}: {str(error)[:80]})"
            self.put(source, UserError(source.name, rule, "start it again, and report it"))
            raise  # with its traceback: it is a defect
