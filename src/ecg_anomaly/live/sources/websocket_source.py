"""Read streams from a WebSocket server: ``ws://HOST:PORT/PATH`` or ``wss://``."""

import threading
from collections.abc import Callable
from typing import Any

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.reconnecting import keep_connected
from ecg_anomaly.live.sources.sample_messages import LARGEST, MessageReader
from ecg_anomaly.live.sources.source import (
    Deliver,
    LinkLost,
    Source,
    StreamEnded,
    StreamOpened,
)

#: Seconds for a server to answer, and between two looks at whether to stop.
PATIENCE_S, LOOK_S = 5.0, 0.2


class WebSocketSource(Source):
    """Reads messages of JSON that a WebSocket server sends.

    Parameters
    ----------
    word : str
        The address.

    Raises
    ------
    UserError
        When websockets is not installed.
    """

    waits, running = False, True

    def __init__(self, word: str) -> None:
        self.name, self._word = word.partition("?")[0], word
        self._reader, self._streams = MessageReader("websocket"), dict[str, None]()
        try:
            import websockets.sync.client as client
        except ImportError as error:
            raise missing_package(self.name, "a WebSocket", "ecg-anomaly[live]") from error
        self._client: Any = client

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver what the server sends; one that is gone is called again."""
        from websockets.exceptions import InvalidURI, WebSocketException

        del resume  # a link cannot go back

        def lost(reason: str) -> None:
            for stream in self._streams:
                deliver(LinkLost(stream, reason))

        try:
            errors = (OSError, WebSocketException, EOFError)
            keep_connected(lambda: self._read(deliver, stop), lost, stop, errors, self.name)
        except AbsurdStream as error:
            way_out = "send messages as docs/live.md says"
            raise UserError(self.name, f"sends {error}", way_out) from error
        except InvalidURI as error:
            raise UserError(self.name, "is no address", "write ws://HOST:PORT/PATH") from error

    def _read(self, deliver: Deliver, stop: threading.Event) -> None:
        with self._client.connect(
            self._word, max_size=LARGEST, open_timeout=PATIENCE_S, close_timeout=1
        ) as link:
            while not stop.is_set():
                try:
                    message = link.recv(timeout=LOOK_S)
                except TimeoutError:
                    continue
                self._pass_on(message, deliver)

    def _pass_on(self, message: str | bytes, deliver: Deliver) -> None:
        try:
            for delivery in self._reader.read(message):
                if isinstance(delivery, StreamOpened):
                    self._streams[delivery.stream] = None
                deliver(delivery)
        except AbsurdStream as error:
            if not self._streams:
                raise
            for stream in self._streams:  # it was a sender of streams: perhaps again
                deliver(StreamEnded(stream, f"sends {error}"))
            self._streams.clear()
            raise ConnectionError(f"the server sends {error}") from error
