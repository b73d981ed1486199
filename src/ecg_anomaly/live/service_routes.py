"""What the server of the page answers beside it: metrics, commands, streams that are pushed."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import ACKNOWLEDGE, QUIET, Command, read_command
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.sources.pushed_source import PushedSource

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

#: Bytes of a command at most.
LARGEST = 4096


def make_routes(
    metrics: LiveMetrics, command: Callable[[Command], None], pushed: PushedSource | None
) -> list["BaseRoute"]:
    """Make the routes.

    Parameters
    ----------
    metrics : LiveMetrics
        Shown at ``/metrics``, as Prometheus reads it.
    command : callable
        Takes what is posted to ``/acknowledge`` and ``/quiet``.
    pushed : PushedSource or None
        Takes WebSockets at ``/streams``.
    """
    from starlette.requests import Request
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.routing import Route, WebSocketRoute

    async def show_metrics(_request: Request) -> "Response":
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return PlainTextResponse(metrics.to_text(), media_type=kind)

    def take(what: str) -> Callable[[Request], Any]:
        async def answer(request: Request) -> "Response":
            try:
                command(read_command(what, await _read_json(what, request)))
            except UserError as error:
                return JSONResponse({"error": str(error)}, 400)
            return JSONResponse({"taken": what}, 202)

        return answer

    routes: list[BaseRoute] = [
        Route("/metrics", show_metrics),
        Route("/acknowledge", take(ACKNOWLEDGE), methods=["POST"]),
        Route("/quiet", take(QUIET), methods=["POST"]),
    ]
    if pushed is not None:
        routes.append(WebSocketRoute("/streams", pushed.serve))
    return routes


async def _read_json(what: str, request: "Request") -> Any:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise UserError(what, f"more than {LARGEST} bytes", "send less")
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise UserError(what, "is no JSON", 'send {"key": ...} or {"seconds": ...}') from None
