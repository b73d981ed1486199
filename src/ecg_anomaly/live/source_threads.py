"""Run sources in threads, and give what they deliver in rounds, from a queue of bounded length."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.sources.source import Deliver, Delivery, Source

#: Deliveries that wait at most, and seconds between two looks at whether to stop.
MOST_WAITING, LOOK_S = 512, 0.1

#: Rounds begin so many s apart at least, so that the samples of many streams are scored together,
#: in less processor time; deliveries that are handled in one round at most.
ROUND_S, MOST_TOGETHER = 0.04, 1024

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
        self._begun = -ROUND_S  # when the last round began
        self._threads = [
            threading.Thread(target=self._run, args=(source,), daemon=True) for source in sources
        ]

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

    def take_round(self, wait_s: float) -> list[Waiting]:
        """Return what waits, in order, commands first; nothing if nothing comes within some s.

        What comes after a silence is returned at once. Else it waits for others until the last
        round is `ROUND_S` ago, unless so many wait that sources have to.
        """
        first = self._take(wait_s)
        if first is None:
            return []
        rest_s = self._begun + ROUND_S - time.monotonic()
        if rest_s > 0 and self.n_waiting < MOST_WAITING // 2:
            self._stop.wait(rest_s)
        self._begun, found = time.monotonic(), [first]
        while len(found) < MOST_TOGETHER and (following := self._take(0)) is not None:
            found.append(following)
        return found

    def _take(self, wait_s: float) -> Waiting | None:
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
        put = partial(self.put, source)
        run_source(source, put, put, self._resume, self._stop)


def run_source(
    source: Source,
    deliver: Deliver,
    fail: Callable[[UserError], object],
    resume: Callable[[str], str],
    stop: threading.Event,
) -> None:
    """Run a source until it is over, and tell why if it fails.

    Parameters
    ----------
    source : Source
    deliver, resume, stop
        As `Source.run` takes them.
    fail : callable
        Takes why the source has failed.
    """
    try:
        source.run(deliver, resume, stop)
    except UserError as error:
        fail(error)
    except Exception as error:
        rule = f"failed ({type(error).__name__}: {str(error)[:80]})"
        fail(UserError(source.name, rule, "start it again, and report it"))
        raise  # with its traceback: it is a defect
