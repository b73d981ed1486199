"""The WebSocket of one browser: sends what is new ten times a second, takes what a person does."""

import asyncio
import json
from collections.abc import Callable
from time import monotonic
from typing import Any

from starlette.websockets import WebSocket

from ecg_anomaly.live.monitor.feed import MOST_WATCHED, Cursor, MonitorFeed

#: Seconds between two updates, and the longest silence: a page that hears nothing for longer says
#: that the connection is lost.
UPDATE_S, SILENCE_S = 0.1, 1.0

#: Bounds on what a browser sends: characters of a message (the identifiers of a screen of
#: patients) and of an identifier, messages in a row and a second.
MOST_CHARACTERS, LONGEST_ID = 32_768, 200
MOST_AT_ONCE, MOST_PER_S = 40, 20.0

#: Browsers at a time.
MOST_BROWSERS = 64


class BrowserLink:
    """Serves one browser until it leaves.

    Parameters
    ----------
    feed : MonitorFeed
    websocket : WebSocket
        Not accepted yet.
    """

    def __init__(self, feed: MonitorFeed, websocket: WebSocket) -> None:
        self.feed, self.websocket = feed, websocket
        self.cursor = Cursor()
        self._allowance = _Allowance()

    async def serve(self) -> None:
        """Send and receive until the browser or the server ends it."""
        await self.websocket.accept()
        sending = asyncio.create_task(self._send())
        try:
            await self._receive()
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self) -> None:
        """Send updates. A slow browser holds up this loop alone: the next update has more in it."""
        sent_s = -SILENCE_S
        while True:
            update = self.feed.news(self.cursor)
            has_news = bool(update["patients"]) or "ids" in update
            if has_news or monotonic() - sent_s >= SILENCE_S:
                await self.websocket.send_text(json.dumps(update, separators=(",", ":")))
                sent_s = monotonic()
            await asyncio.sleep(UPDATE_S)

    async def _receive(self) -> None:
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text") or ""  # the page never sends bytes
            if not self._allowance.take():
                await self.websocket.close(1008, "too many messages")
                return
            if len(text) > MOST_CHARACTERS or not self._obey(text):
                await self.websocket.close(1008, "not a message of this page")
                return

    def _obey(self, text: str) -> bool:
        """Do what a message asks for; tell whether it is a message of the page."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            return False
        if not isinstance(message, dict):
            return False
        if message.get("type") == "acknowledge" and _is_id(message.get("key")):
            self.feed.acknowledge(message["key"])
            return True
        if message.get("type") == "watch" and _are_ids(message.get("patients")):
            detail = message.get("detail", "")
            if _is_id(detail):
                self.cursor.watch(tuple(message["patients"]), detail)
                return True
        return False


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_ID


def _are_ids(values: Any) -> bool:
    return isinstance(values, list) and len(values) <= MOST_WATCHED and all(map(_is_id, values))


class _Allowance:
    """So many messages in a row, renewed at so many a second."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._left, self._when = clock, float(MOST_AT_ONCE), clock()

    def take(self) -> bool:
        """Use one; tell whether there was one left."""
        now = self._clock()
        self._left = min(MOST_AT_ONCE, self._left + (now - self._when) * MOST_PER_S)
        self._when = now
        self._left -= 1
        return self._left >= 0
