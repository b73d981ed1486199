"""A worker: the process that monitors its share of the streams."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection

from ecg_anomaly.files.errors import UserError, explain_unexpected
from ecg_anomaly.files.parent_process import end_with_parent
from ecg_anomaly.files.stop_signals import ignore_stop_signals
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.sources.source import Source
from ecg_anomaly.live.workers.messages import Counted, Over, Ready, Stop, Watched
from ecg_anomaly.live.workers.received_sources import (
    ReceivedSources,
    RemoteSource,
    SourceTraits,
)
from ecg_anomaly.live.workers.worker_feed import Teller, WorkerFeed

#: Opens the engine that monitors some sources in the worker of a number.
OpenEngine = Callable[[Sequence[Source], int], AbstractContextManager[LiveEngine]]

#: Seconds between two times that the main process is told what was counted.
COUNT_S = 1.0


@dataclass(frozen=True)
class WorkerJob:
    """What a worker is started with; it can be sent to another process.

    Attributes
    ----------
    open_engine : callable
        A function of a module, perhaps with some of its arguments.
    sources : tuple of SourceTraits
    shown : bool
        True when there is a page.
    """

    open_engine: OpenEngine
    sources: tuple[SourceTraits, ...]
    shown: bool


def run_worker(
    job: WorkerJob, number: int, deliveries: Connection, control: Connection, parent: int
) -> None:
    """Monitor what comes through a pipe until it is closed, or `Stop` is said.

    Parameters
    ----------
    job : WorkerJob
    number : int
        Of the worker.
    deliveries : Connection
        Gives what sources deliver.
    control : Connection
        Both ways, see `ecg_anomaly.live.workers.messages`.
    parent : int
        Process number of the main process, with which this one ends.
    """
    ignore_stop_signals()  # the main process says when to end
    end_with_parent(parent)
    tell = Teller(control).tell
    sources = [RemoteSource(place, traits, tell) for place, traits in enumerate(job.sources)]
    received = ReceivedSources(deliveries, sources)
    try:
        with job.open_engine([received], number) as engine:
            received.pass_on = engine.deliver
            failed = _run(engine, job.shown, control, tell)
    except UserError as error:
        failed = [error]
    except Exception as error:
        failed = [explain_unexpected(f"worker {number}", error)]
    tell(Over(failed))


def _run(
    engine: LiveEngine, shown: bool, control: Connection, tell: Callable[..., None]
) -> list[UserError]:
    feed, over = WorkerFeed(tell), threading.Event()
    with ExitStack() as stack:
        if shown:
            engine.show_on(stack.enter_context(feed))
        for work in (partial(_obey, engine, feed, control), partial(_count, engine, tell, over)):
            threading.Thread(target=work, daemon=True).start()
        tell(Ready())
        failed = engine.run()
        over.set()
    tell(Counted(engine.metrics.counts()))
    return failed


def _obey(engine: LiveEngine, feed: WorkerFeed, control: Connection) -> None:
    """Do what the main process says until it has gone."""
    while True:
        try:
            said = control.recv()
        except (EOFError, OSError):
            return
        if isinstance(said, Watched):
            feed.watched = said.streams
        elif isinstance(said, Command):
            engine.command(said)
        elif isinstance(said, Stop):
            engine.stop(said.broken_off)


def _count(engine: LiveEngine, tell: Callable[..., None], over: threading.Event) -> None:
    """Tell the main process what was counted, until monitoring is over."""
    while not over.wait(COUNT_S):
        tell(Counted(engine.metrics.counts()))
