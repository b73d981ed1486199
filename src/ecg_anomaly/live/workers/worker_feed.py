"""In a worker: send the messages for the page, and what was counted, to the main process."""

import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from ecg_anomaly.live.workers.messages import FromWorker, Shown

#: Seconds between two times that messages are sent.
SEND_S = 0.05

#: Messages that wait at most; of more, the engine waits.
MOST_WAITING = 20_000


class Teller:
    """Sends messages to the main process; may be called from any thread.

    Parameters
    ----------
    pipe : Connection
    """

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def tell(self, message: FromWorker) -> None:
        """Send a message; nothing is sent any more when the main process has gone."""
        with self._lock, suppress(OSError):
            self._pipe.send(message)


class WorkerFeed:
    """Takes messages for the page, as `ecg_anomaly.live.display.Feed`, and sends them together.

    Parameters
    ----------
    tell : callable
        Sends a message to the main process.
    """

    def __init__(self, tell: Callable[[FromWorker], None]) -> None:
        self._tell, self._messages = tell, list[dict[str, Any]]()
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._stop = threading.Event()
        self.watched: frozenset[str] = frozenset()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def publish(self, message: dict[str, Any]) -> None:
        """Take a message."""
        with self._lock:
            self._messages.append(message)
            full = len(self._messages) >= MOST_WAITING
        if full:
            self.send()

    def is_watched(self, patient_id: str) -> bool:
        """Tell whether a browser shows the signal of a patient."""
        return patient_id in self.watched

    def send(self) -> None:
        """Send what waits, in order."""
        with self._sending:
            with self._lock:
                messages, self._messages = self._messages, []
            if messages:
                self._tell(Shown(messages))

    def __enter__(self) -> "WorkerFeed":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SEND_S):
            self.send()
        self.send()
