"""What monitors streams, as the command and the page need it: in this process, or in several."""

from typing import Protocol

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.display import Feed
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics


class PageFeed(Feed, Protocol):
    """Takes messages for the page, and knows what browsers show."""

    def watched(self) -> frozenset[str]:
        """Return the streams whose signal a browser shows."""


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
