"""Who may see the monitor: checks of Host, Origin and token before any page or message."""

import hashlib
import hmac
from collections import deque
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from time import monotonic
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: Names of this machine that a browser on it may use.
LOOPBACK = ("localhost", "127.0.0.1", "::1")

COOKIE = "ecg_monitor"

#: Wrong tokens in a minute after which none of the same sender is looked at, and senders of wrong
#: tokens that are remembered: others must not be shut out by one who guesses.
MOST_WRONG, WRONG_S, MOST_SENDERS = 10, 60.0, 4096

#: What may be asked for without a token: the page that asks for one, and its style.
OPEN_PATHS = frozenset({"/sign-in", "/static/sign_in.html", "/static/monitor.css"})


class Access:
    """The rule by which requests are let in.

    Parameters
    ----------
    token : str or None
        None lets in what asks for a loopback name, so that a page elsewhere, whose own name leads
        to this machine (DNS rebinding), is refused. Otherwise the token must be in the header
        ``Authorization: Bearer TOKEN``, or its digest in a cookie.
    clock : callable
        Seconds, for the limit on wrong tokens.
    """

    def __init__(self, token: str | None = None, clock: Callable[[], float] = monotonic) -> None:
        self.token, self._clock = token, clock
        self._wrong: dict[str, deque[float]] = {}

    @property
    def cookie_value(self) -> str:
        """What the cookie holds: a digest, from which the token cannot be found."""
        return hmac.new((self.token or "").encode(), b"monitor", hashlib.sha256).hexdigest()

    def refusal(self, headers: Headers, sender: str = "") -> tuple[int, str] | None:
        """Return status and text for a request that is refused, None for one that is let in.

        Parameters
        ----------
        headers : Headers
        sender : str
            Address that it comes from.
        """
        host = headers.get("host", "")
        if self.token is None and host_name(host) not in LOOPBACK:
            return 403, "Ask for this page as http://localhost or http://127.0.0.1."
        origin = headers.get("origin")
        if origin is not None and not same_host(origin, host):
            return 403, "A page of another site may not use the monitor."
        if self.token is not None and not self._has_token(headers, sender):
            return 401, "The monitor asks for a token."
        return None

    def _has_token(self, headers: Headers, sender: str) -> bool:
        if self._has_cookie(headers):
            return True
        scheme, _, given = headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and self.is_token(given.strip(), sender)

    def _has_cookie(self, headers: Headers) -> bool:
        """Say whether the cookie is right. A wrong one is no guess of the token.

        A digest of 256 bits cannot be guessed, and browsers keep sending the one of an earlier
        token: counted, it would shut out all who come from the same address.
        """
        cookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            return False
        given = cookie[COOKIE].value if COOKIE in cookie else ""
        return hmac.compare_digest(given.encode(), self.cookie_value.encode())

    def is_token(self, given: str, sender: str = "") -> bool:
        """Compare a token in constant time; after many wrong ones its sender has to wait."""
        now, wrong = self._clock(), self._wrong.get(sender)
        if wrong and len(wrong) == MOST_WRONG and now - wrong[0] < WRONG_S:
            return False
        if self.token and hmac.compare_digest(given.encode(), self.token.encode()):
            return True
        if given:  # none at all is no guess
            self._wrong.setdefault(sender, deque(maxlen=MOST_WRONG)).append(now)
        if len(self._wrong) > MOST_SENDERS:
            del self._wrong[next(iter(self._wrong))]
        return False


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets; ``""`` if it is none.

    Examples
    --------
    >>> host_name("localhost:8765"), host_name("[::1]:8765"), host_name("evil.example")
    ('localhost', '::1', 'evil.example')
    """
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def same_host(origin: str, host: str) -> bool:
    """Say whether an Origin header names the host and port that were asked.

    Examples
    --------
    >>> same_host("http://localhost:8765", "localhost:8765")
    True
    >>> same_host("https://evil.example", "localhost:8765")
    False
    """
    scheme, _, place = origin.partition("://")
    return scheme in ("http", "https") and bool(host) and place.lower() == host.lower()


def sender_of(scope: Scope) -> str:
    """Return the address that a request comes from, ``""`` where it is not known."""
    client = scope.get("client")
    return str(client[0]) if client else ""


class AccessGuard:
    """ASGI middleware that refuses requests and WebSockets by an `Access`."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app, self.access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with the reason of its refusal."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        websocket = scope["type"] == "websocket"
        refused = self.access.refusal(Headers(scope=scope), sender_of(scope))
        if refused is None or (refused[0] == 401 and scope["path"] in OPEN_PATHS):
            await self.app(scope, receive, send)
        elif websocket:
            await receive()  # the handshake
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1]})
        elif refused[0] == 401 and scope["path"] == "/":
            await RedirectResponse("/sign-in", 303)(scope, receive, send)
        else:
            await PlainTextResponse(refused[1] + "\n", refused[0])(scope, receive, send)
