"""Pass stored events on to an output in order: normally once, at least once after a failure.

An output reads the store from where it was: while it cannot be reached, events wait there, and
after a restart it goes on. An event that was sent when the process was killed may come twice; its
stream, run, sample and kind tell.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs.event_store import EventStore

#: Seconds between two looks at the store, between two tries, and between two words about failing.
LOOK_S, TRY_S, SAY_S = 0.1, 2.0, 60.0

Row = dict[str, Any]


class OutputFailed(Exception):  # noqa: N818 - it is tried again
    """An output cannot be reached now; why, for people."""


class Output(Protocol):
    """Somewhere that events go.

    Attributes
    ----------
    name : str
        For people, without a password.
    """

    name: str

    def send(self, rows: Sequence[Row]) -> int:
        """Send events, as `Event.to_row` writes them, with the number of their run.

        Returns
        -------
        int
            How many are done with, from the first on; the others come again.

        Raises
        ------
        OutputFailed
            When it cannot be reached; all come again.
        """

    def close(self) -> None:
        """Close the link."""


class Follower:
    """Passes events on in a thread of its own while it is open.

    Parameters
    ----------
    store : EventStore
    output : Output
    say : callable
        Takes a line about an output that fails.
    """

    def __init__(self, store: EventStore, output: Output, say: Callable[[str], None]) -> None:
        self._store, self._output, self._say = store, output, say
        self._stop, self._said = threading.Event(), -SAY_S
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Follower":
        self._store.begin_following(self._output.name)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Have it end when what is stored is passed on, or cannot be; of many, all at a time."""
        self._stop.set()

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._thread.join(TRY_S + 5)
        self._output.close()

    def _run(self) -> None:
        while True:
            stopping = self._stop.is_set()  # what came before it is sent all the same
            wait_s = LOOK_S
            try:
                done = self._pass_on()
            except (OutputFailed, UserError) as error:
                done, wait_s = 0, TRY_S
                self._complain(str(error))
            if stopping and not done:
                return
            if not done:
                self._stop.wait(wait_s)

    def _pass_on(self) -> int:
        rows = self._store.follow(self._output.name)
        if not rows:
            return 0
        done = self._output.send([row for _, row in rows])
        if done:
            self._store.passed_on(self._output.name, rows[done - 1][0])
        return done

    def _complain(self, reason: str) -> None:
        if time.monotonic() - self._said >= SAY_S:
            self._said = time.monotonic()
            self._say(f"error: {self._output.name}: {reason}; events wait in the store")
