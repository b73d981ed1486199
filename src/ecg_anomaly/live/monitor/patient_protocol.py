"""Close HTTP connections on which no whole request comes within some seconds.

Without that, a few hundred connections that are held open and say nothing would shut out everybody
("slow loris"), as the number of connections is bounded.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

#: Seconds for the first request of a connection, headers included, and for the rest of a body.
REQUEST_S, BODY_S = 10.0, 10.0


class PatientProtocol(H11Protocol):
    """The protocol of uvicorn, with an end to its patience."""

    _looking = False  # True while a look at the connection is due

    def connection_made(self, transport: Any) -> None:
        """Take a connection."""
        super().connection_made(transport)
        self._look_later()

    def data_received(self, data: bytes) -> None:
        """Take some bytes of a request."""
        super().data_received(data)
        self._look_later()

    def _look_later(self) -> None:
        if not self._looking and not self._is_at_work:
            self._looking = True
            loop = asyncio.get_running_loop()
            loop.call_later(REQUEST_S, self._close_if_silent, self.cycle)

    @property
    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _close_if_silent(self, before: Any) -> None:
        """Close a connection on which no request has come since."""
        self._looking = False
        mine = self.transport.get_protocol() is self  # else it is a WebSocket by now
        if not mine or self.transport.is_closing():
            return
        if self.cycle is before and not self._is_at_work:
            self.transport.close()
        else:
            self._look_later()


class BodyPatience:
    """ASGI middleware that ends a request whose body is not whole within `BODY_S`."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass a request on; what does not come in time is as if the sender had left."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        whole, deadline = False, asyncio.get_running_loop().time() + BODY_S

        async def receive_in_time() -> Any:
            nonlocal whole
            if whole:  # what follows is that the sender leaves, whenever
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):  # one for all chunks
                    message = await receive()
            except TimeoutError:
                return {"type": "http.disconnect"}
            whole = not message.get("more_body", False)
            return message

        await self.app(scope, receive_in_time, send)
