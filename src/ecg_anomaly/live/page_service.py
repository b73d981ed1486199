"""Serve the page of the patients, and pass on what a person does there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.commands import ACKNOWLEDGE, Command
from ecg_anomaly.live.display import PageFeed
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.sources.pushed_source import PushedSource

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from ecg_anomaly.live.monitor.feed import MonitorFeed
    from ecg_anomaly.live.monitor.monitor_server import MonitorServer

#: Port of the page where none is asked for.
PORT = 8421

#: Environment variable with the token, where there is no file with it.
TOKEN_VARIABLE = "ECG_ANOMALY_TOKEN"

#: Bytes of a token at most.
LARGEST_TOKEN = 1024


class Monitoring(Protocol):
    """Monitors the streams of some sources.

    Attributes
    ----------
    metrics : LiveMetrics
    """

    @property
    def metrics(self) -> LiveMetrics:
        """What was counted."""

    def show_on(self, feed: PageFeed) -> None:
        """Show the patients on a page; to be called before `run`."""

    def command(self, command: Command) -> None:
        """Do what a person asks for; may be called from any thread."""

    def stop(self) -> None:
        """Have `run` return soon; may be called from another thread or a signal handler."""

    def run(self) -> list[UserError]:
        """Monitor until every source is over, or `stop` is called; return why sources failed."""


@contextmanager
def serve_page(
    monitoring: Monitoring,
    host: str,
    port: int | None,
    token_file: str | None,
    pushed: PushedSource | None = None,
) -> Iterator[str]:
    """Serve the page while the block runs.

    Parameters
    ----------
    monitoring : Monitoring
        Not running yet.
    host : str
        Address to listen on. Any other than this machine needs a token.
    port : int or None
        None for `PORT`, or a free one where that is taken.
    token_file : str or None
        File that holds the token; by default that of the environment variable `TOKEN_VARIABLE`, if
        there is one.

    pushed : PushedSource, optional
        Takes streams that are sent to ``/streams``.

    Yields
    ------
    str
        Address of the page.

    Raises
    ------
    UserError
        When it cannot be served: the port is taken, the token is missing, a package is not there.
    """
    from ecg_anomaly.live.monitor.feed import MonitorFeed

    feed = MonitorFeed(lambda key: monitoring.command(Command(ACKNOWLEDGE, key)))
    monitoring.show_on(feed)
    token = read_token(token_file)
    with _start(feed, host, port, token, _make_routes(monitoring, pushed)) as server:
        yield server.url


def _make_routes(monitoring: Monitoring, pushed: PushedSource | None) -> "list[BaseRoute]":
    try:
        from ecg_anomaly.live.service_routes import make_routes

        return make_routes(monitoring.metrics, monitoring.command, pushed)
    except ImportError as error:
        raise missing_package("--serve", "the page", "ecg-anomaly[live]") from error


def _start(
    feed: "MonitorFeed", host: str, port: int | None, token: str | None, more: "list[BaseRoute]"
) -> "MonitorServer":
    from ecg_anomaly.live.monitor.monitor_server import MonitorServer

    if port is not None:
        return MonitorServer(feed, host, port, token, more)
    try:
        return MonitorServer(feed, host, PORT, token, more)
    except UserError as error:
        if "cannot listen" not in error.rule:
            raise
        return MonitorServer(feed, host, 0, token, more)


def read_token(token_file: str | None) -> str | None:
    """Read the token that is asked of browsers and of streams that come in.

    Parameters
    ----------
    token_file : str or None
        None for the environment variable `TOKEN_VARIABLE`.

    Returns
    -------
    str or None
        None where there is none.

    Raises
    ------
    UserError
        When the file cannot be read, or holds more than one line.
    """
    if token_file is None:
        return os.environ.get(TOKEN_VARIABLE) or None
    try:
        with Path(token_file).open("rb") as file:
            content = file.read(LARGEST_TOKEN + 1)
        text = content.decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise UserError(token_file, f"cannot be read ({reason})", "name a text file") from None
    if len(content) > LARGEST_TOKEN or not text or len(text.split()) != 1:
        way_out = "write one line into it (openssl rand -hex 16)"
        raise UserError(token_file, "holds no token of one line", way_out)
    return text
