"""Run the web server of the monitor in a thread of its own."""

import socket
import time
from collections.abc import Sequence
from threading import Thread
from typing import TYPE_CHECKING

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.monitor.feed import MonitorFeed

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

#: Host names that only this machine can reach.
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")

#: Shortest token: sixteen random characters cannot be guessed.
SHORTEST_TOKEN = 16

#: Bytes of a message of a browser: as many characters as `browser_link` takes, four bytes each.
LARGEST_MESSAGE = 131_072

#: Connections at a time: senders of streams, browsers and some more.
MOST_CONNECTIONS = 1280

#: Seconds that starting and stopping may take.
PATIENCE_S = 10.0


class MonitorServer:
    """The monitor, served over HTTP while the object is open.

    Parameters
    ----------
    feed : MonitorFeed
        What it shows.
    host : str
        Address to listen on.
    port : int
        0 takes a free one.
    token : str or None
        Asked of every browser; needed where `host` is not this machine alone.
    more : sequence of BaseRoute
        Other pages that are served beside it.

    Attributes
    ----------
    url : str
        Address of the page.

    Raises
    ------
    UserError
        If the token is missing or short, the port is taken, or the extra ``live`` is not installed.
    """

    def __init__(
        self,
        feed: MonitorFeed,
        host: str = "127.0.0.1",
        port: int = 8765,
        token: str | None = None,
        more: Sequence["BaseRoute"] = (),
    ) -> None:
        _check_token(host, token)
        try:
            import uvicorn
            import websockets  # noqa: F401 - uvicorn speaks WebSocket through it

            from ecg_anomaly.live.monitor.access import Access
            from ecg_anomaly.live.monitor.patient_protocol import PatientProtocol
            from ecg_anomaly.live.monitor.web_app import build_app
        except ImportError as error:
            what = "the page of the monitor"
            raise missing_package("--open", what, "ecg-anomaly[live]") from error
        app = build_app(feed, Access(token), more)
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1,
            ws_max_size=LARGEST_MESSAGE, ws_ping_interval=10, ws_ping_timeout=20,
            limit_concurrency=MOST_CONNECTIONS, server_header=False, http=PatientProtocol,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._socket = _listen(host, port)
        place = f"[{host}]" if ":" in host else host
        self.url = f"http://{place}:{self._socket.getsockname()[1]}/"
        self._thread = Thread(
            target=self._server.run, args=([self._socket],), name="monitor", daemon=True
        )

    def __enter__(self) -> "MonitorServer":
        self._thread.start()
        deadline = time.monotonic() + PATIENCE_S
        while not self._server.started and self._thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        return self

    def __exit__(self, *error: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE_S)
        self._socket.close()


def _check_token(host: str, token: str | None) -> None:
    if token is None and host not in LOOPBACK_HOSTS:
        rule = "other machines can reach this address, and there is no token"
        way_out = "give one (--token-file), and put TLS in front of it (a reverse proxy)"
        raise UserError(f"host {host}", rule, way_out)
    if token is not None and len(token) < SHORTEST_TOKEN:
        rule = f"the token has {len(token)} characters"
        way_out = f"take {SHORTEST_TOKEN} random ones or more (openssl rand -hex 16)"
        raise UserError("token", rule, way_out)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        way_out = "choose another port, or end the program that uses it"
        raise UserError(f"{host}:{port}", f"cannot listen ({reason})", way_out) from error
    return listening
