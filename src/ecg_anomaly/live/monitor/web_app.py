"""The web application of the monitor: the page, its static files, its WebSocket."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from ecg_anomaly.live.monitor.access import COOKIE, Access, AccessGuard, sender_of
from ecg_anomaly.live.monitor.browser_link import MOST_BROWSERS, BrowserLink
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.patient_protocol import BodyPatience

STATIC = Path(__file__).with_name("static")

#: Bytes of the form with the token.
LARGEST_FORM = 1024

#: The page runs no script and loads nothing but what comes from this server.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def build_app(feed: MonitorFeed, access: Access, more: Sequence[BaseRoute] = ()) -> ASGIApp:
    """Make the application.

    Parameters
    ----------
    feed : MonitorFeed
    access : Access
        Applies to everything, `more` included.
    more : sequence of BaseRoute
        Other pages that are served beside it, such as metrics.
    """
    browsers: set[BrowserLink] = set()

    async def serve_browser(websocket: WebSocket) -> None:
        if len(browsers) >= MOST_BROWSERS:
            await websocket.close(1013, "too many browsers")
            return
        link = BrowserLink(feed, websocket)
        browsers.add(link)
        try:
            await link.serve()
        finally:
            browsers.discard(link)

    async def sign_in(request: Request) -> Response:
        return await _sign_in(request, access)

    routes = [
        Route("/", lambda _: FileResponse(STATIC / "index.html")),
        Route("/sign-in", sign_in, methods=["GET", "POST"]),
        WebSocketRoute("/ws", serve_browser),
        *more,
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
    guards = [
        Middleware(SecurityHeaders),
        Middleware(AccessGuard, access=access),
        Middleware(BodyPatience),
    ]
    return Starlette(routes=routes, middleware=guards)


async def _sign_in(request: Request, access: Access) -> Response:
    """Show the form, or take the token of it and set the cookie."""
    if request.method == "GET" or access.token is None:
        return FileResponse(STATIC / "sign_in.html")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return PlainTextResponse("The form is too large.\n", 413)
    given = parse_qs(body.decode("utf-8", "replace"), max_num_fields=4).get("token", [""])[0]
    if not access.is_token(given.strip(), sender_of(request.scope)):
        return RedirectResponse("/sign-in#wrong", 303)
    answer = RedirectResponse("/", 303)
    secure = request.url.scheme == "https"
    value = access.cookie_value
    answer.set_cookie(COOKIE, value, httponly=True, samesite="strict", secure=secure)
    return answer


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        await self.app(scope, receive, add)
