"""What the main process and its workers tell each other, beside the deliveries of sources.

To a worker: `Command`, `Watched`, `Stop`. From it: `Ready`, `Shown`, `Kept`, `Counted`, `Over`.
"""

from dataclasses import dataclass
from typing import Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.outputs.live_metrics import Counts


@dataclass(frozen=True)
class Watched:
    """The streams whose signal a browser shows now."""

    streams: frozenset[str]


@dataclass(frozen=True)
class Stop:
    """The worker is to keep its streams and end.

    Attributes
    ----------
    broken_off : bool
        True when nobody has asked for it: replays are kept as well, and go on later.
    """

    broken_off: bool = False


@dataclass(frozen=True)
class Ready:
    """The worker has loaded the detector, and takes deliveries."""


@dataclass(frozen=True)
class Shown:
    """Messages for the page, see `ecg_anomaly.live.monitor.feed.MonitorFeed.publish`."""

    messages: list[dict[str, Any]]


@dataclass(frozen=True)
class Kept:
    """All up to a position of a stream was kept: the source, by its place, is to be told so."""

    source: int
    stream: str
    position: str


@dataclass(frozen=True)
class Counted:
    """What the worker has counted so far."""

    counts: Counts


@dataclass(frozen=True)
class Over:
    """The worker ends; why sources or streams of it failed."""

    failed: list[UserError]


ToWorker = Command | Watched | Stop
FromWorker = Ready | Shown | Kept | Counted | Over
