"""Take streams that senders push: WebSockets that come in at ``/streams`` of the page's address.

Who may send is what the page's server decides before: this machine alone, or whoever has the token.
"""

import threading
from collections.abc import Callable
from typing import Any

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.sample_messages import MessageReader
from ecg_anomaly.live.sources.source import (
    Deliver,
    LinkLost,
    Source,
    StreamEnded,
    StreamOpened,
)

#: Senders at a time.
MOST_SENDERS = 1024


class PushedSource(Source):
    """Passes on what WebSockets bring; the server calls `serve` for each."""

    waits, running = False, True
    name = "websocket:"

    def __init__(self) -> None:
        self._deliver: Deliver | None = None
        self._senders = 0

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Wait until it is stopped; `serve` delivers."""
        del resume  # a sender cannot go back
        self._deliver = deliver
        stop.wait()
        self._deliver = None

    async def serve(self, websocket: Any) -> None:
        """Serve one sender, a `starlette.websockets.WebSocket`, until it leaves.

        What is no message closes the link with the reason; the sender's streams end with it.
        """
        if self._deliver is None or self._senders >= MOST_SENDERS:
            await websocket.close(1013, "try again later")
            return
        self._senders += 1
        streams: dict[str, None] = {}
        try:
            await websocket.accept()
            reason = await self._read(websocket, streams)
            ended = [StreamEnded(stream, reason) for stream in streams] if reason else []
            lost = [LinkLost(stream, "the sender has left") for stream in streams]
            await self._pass_on(ended or lost)
            if reason:
                await websocket.close(1008, reason[:120])
        finally:
            self._senders -= 1

    async def _read(self, websocket: Any, streams: dict[str, None]) -> str:
        """Read until the sender leaves; return the reason why it is to be closed, or ``""``."""
        reader = MessageReader("websocket")
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return ""
            try:
                found = list(reader.read(message.get("text") or message.get("bytes") or b""))
            except AbsurdStream as error:
                return f"sends {error}"
            for delivery in found:
                if isinstance(delivery, StreamOpened):
                    streams[delivery.stream] = None
            await self._pass_on(found)

    async def _pass_on(self, deliveries: list[Any]) -> None:
        """Deliver; while the engine is behind, this sender waits and no other."""
        from starlette.concurrency import run_in_threadpool

        for delivery in deliveries:
            if self._deliver is not None:
                await run_in_threadpool(self._deliver, delivery)
