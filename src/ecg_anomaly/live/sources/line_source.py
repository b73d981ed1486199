"""Read streams as lines of text, from standard input (``-``) or a server (``tcp://HOST:PORT``)."""

import os
import select
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.reconnecting import keep_connected
from ecg_anomaly.live.sources.sample_messages import LARGEST
from ecg_anomaly.live.sources.source import Deliver, LinkLost, Source, StreamEnded, StreamOpened
from ecg_anomaly.live.sources.text_lines import LineReader

#: Bytes that are read at a time, and seconds between two looks at whether to stop.
PIECE, LOOK_S = 1 << 16, 0.2

#: Seconds for a server to answer.
PATIENCE_S = 5.0


class LineSource(Source):
    """Reads lines of JSON or CSV.

    Parameters
    ----------
    word : str
        ``-`` or ``tcp://HOST:PORT``.
    defaults : mapping
        ``fs`` and ``unit`` where the lines do not say them.

    Raises
    ------
    UserError
        When the address is none.
    """

    waits, running = False, True

    def __init__(self, word: str, defaults: Mapping[str, Any]) -> None:
        self.name, self._defaults = word, defaults
        self._address = None if word == "-" else split_address(word)
        self._streams: dict[str, None] = {}

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver what the lines say; standard input ends, a server is called again."""
        del resume  # a pipe cannot go back
        if self._address is None:
            if sys.stdin is None:
                raise UserError(
                    self.name, "standard input is closed", "pipe lines into the command"
                )
            self._read(sys.stdin.fileno(), deliver, stop)
            for stream in self._streams:
                deliver(StreamEnded(stream))
            return
        lost = partial(self._say_lost, deliver)
        connect = partial(self._connect, self._address, deliver, stop)
        keep_connected(connect, lost, stop, name=self.name)

    def _connect(self, address: tuple[str, int], deliver: Deliver, stop: threading.Event) -> None:
        with socket.create_connection(address, PATIENCE_S) as link:
            self._read(link.fileno(), deliver, stop)
        if not stop.is_set():
            raise ConnectionError("the server has closed the link")

    def _end_streams(self, deliver: Deliver, reason: str) -> None:
        for stream in self._streams:
            deliver(StreamEnded(stream, reason))
        self._streams.clear()

    def _say_lost(self, deliver: Deliver, reason: str) -> None:
        for stream in self._streams:
            deliver(LinkLost(stream, reason))

    def _read(self, file: int, deliver: Deliver, stop: threading.Event) -> None:
        reader = LineReader("stdin" if self._address is None else "tcp", self._defaults)
        try:
            for line in read_lines(file, stop):
                for delivery in reader.flush() if line is None else reader.read(line):
                    if isinstance(delivery, StreamOpened):
                        self._streams[delivery.stream] = None
                    deliver(delivery)
            for delivery in reader.flush():
                deliver(delivery)
        except AbsurdStream as error:
            if self._address and self._streams:  # it was a sender of streams: perhaps again
                self._end_streams(deliver, f"sends {error}")
                raise ConnectionError(f"the server sends {error}") from error
            rule, way_out = f"sends {error}", "write lines as docs/live.md says"
            raise UserError(self.name, rule, way_out) from error


def read_lines(file: int, stop: threading.Event) -> Iterator[str | None]:
    """Yield the lines of an open file or socket, and None where the sender makes a pause.

    Raises
    ------
    AbsurdStream
        For a line of more than `LARGEST` bytes.
    """
    rest = b""
    while not stop.is_set():
        if not select.select([file], [], [], LOOK_S)[0]:
            yield None
            continue
        piece = os.read(file, PIECE)
        if not piece:
            break
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line.decode("utf-8", "replace")
        if len(rest) > LARGEST:
            raise AbsurdStream(f"a line of more than {LARGEST} bytes")
        if not select.select([file], [], [], 0)[0]:
            yield None
    if rest and not stop.is_set():
        yield rest.decode("utf-8", "replace")


def split_address(word: str) -> tuple[str, int]:
    """Split ``tcp://HOST:PORT``.

    Raises
    ------
    UserError
        When it is no such address.
    """
    try:
        parts = urlsplit(word)
        if parts.hostname and parts.port:
            return parts.hostname, parts.port
    except ValueError:
        pass
    raise UserError(word, "is no address", f"write {word.partition(':')[0]}://HOST:PORT")
