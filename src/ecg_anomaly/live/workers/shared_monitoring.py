"""Monitor the streams of some sources in several processes.

Sources run here, in threads; so does the page. What a source delivers of a stream goes to one of
the workers, which scores, watches and keeps the streams that it has.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.monitoring import PageFeed
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.source_threads import LOOK_S, run_source
from ecg_anomaly.live.sources.source import Source
from ecg_anomaly.live.workers.live_worker import OpenEngine, WorkerJob
from ecg_anomaly.live.workers.messages import (
    Counted,
    FromWorker,
    Kept,
    Shown,
    Stop,
    ToWorker,
    Watched,
)
from ecg_anomaly.live.workers.received_sources import SourceTraits
from ecg_anomaly.live.workers.stream_senders import StreamSenders
from ecg_anomaly.live.workers.worker_process import WorkerProcess

#: Seconds that a worker has to keep its streams when it is to end at once.
ENDING_S = 60.0


class SharedMonitoring:
    """Monitors streams by workers, as `ecg_anomaly.live.live_engine.LiveEngine` does by itself.

    Parameters
    ----------
    sources : sequence of Source
    open_engine : callable
        Opens the engine of a worker, in the worker; see `WorkerJob`.
    n : int
        Number of workers.
    resume : callable
        Gives, for a stream, the position from which its source is to go on.

    Attributes
    ----------
    metrics : LiveMetrics
        What all workers have counted.
    """

    def __init__(
        self, sources: Sequence[Source], open_engine: OpenEngine, n: int,
        resume: Callable[[str], str],
    ) -> None:  # fmt: skip
        self._sources, self._open, self._n, self._resume = tuple(sources), open_engine, n, resume
        self._stop, self.metrics = threading.Event(), LiveMetrics()
        self._feed: PageFeed | None = None
        self._workers: list[WorkerProcess] = []
        self._failed: list[UserError] = []

    def show_on(self, feed: PageFeed) -> None:
        """Show the patients on a page; to be called before `run`."""
        self._feed = feed

    def command(self, command: Command) -> None:
        """Have the workers do what a person asks for; may be called from any thread."""
        self._tell(command)

    def stop(self) -> None:
        """Have `run` return soon; may be called from another thread or a signal handler."""
        self._stop.set()

    def run(self) -> list[UserError]:
        """Monitor until every source is over, or `stop` is called; return why sources failed."""
        traits = tuple(SourceTraits(s.name, s.waits, s.running) for s in self._sources)
        job = WorkerJob(self._open, traits, self._feed is not None)
        self._workers = [WorkerProcess(job, number, self._hear) for number in range(self._n)]
        senders = StreamSenders([worker.deliveries for worker in self._workers], self._stop)
        if self._wait_for_all():
            self._run_sources(senders)
        self._end(senders)
        failed = [error for worker in self._workers for error in worker.failed]
        return self._failed + list({str(error): error for error in failed}.values())

    def _end(self, senders: StreamSenders) -> None:
        """Let the workers end: at once after `stop`, else when they have monitored all."""
        stopped = self._stop.is_set()
        if stopped:
            self._tell(Stop())
        else:
            senders.close()
            for worker in self._workers:
                worker.close()
        for worker in self._workers:
            worker.join(ENDING_S if stopped else None)

    def _wait_for_all(self) -> bool:
        """Wait until all workers take deliveries; tell whether they do."""
        while not all(worker.ready.is_set() for worker in self._workers):
            if self._stop.is_set() or any(worker.over.is_set() for worker in self._workers):
                self._stop.set()
                return False
            time.sleep(LOOK_S / 10)
        return True

    def _run_sources(self, senders: StreamSenders) -> None:
        senders.start()
        threads = []
        for place, source in enumerate(self._sources):
            deliver, fail = partial(senders.deliver, place), self._failed.append
            words = source, deliver, fail, self._resume, self._stop
            threads.append(threading.Thread(target=run_source, args=words, daemon=True))
            threads[-1].start()
        watched = frozenset[str]()
        while any(thread.is_alive() for thread in threads) and not self._stop.wait(LOOK_S):
            if any(worker.over.is_set() for worker in self._workers):
                self._stop.set()
            watched = self._follow_browsers(watched)

    def _follow_browsers(self, before: frozenset[str]) -> frozenset[str]:
        """Tell the workers which streams browsers show, if these are others than before."""
        watched = self._feed.watched() if self._feed else before
        if watched != before:
            self._tell(Watched(watched))
        return watched

    def _tell(self, message: ToWorker) -> None:
        for worker in self._workers:
            worker.tell(message)

    def _hear(self, number: int, said: FromWorker) -> None:
        if isinstance(said, Shown):
            for message in said.messages:
                self._feed.publish(message)  # type: ignore[union-attr]
        elif isinstance(said, Kept):
            self._sources[said.source].keep(said.stream, said.position)
        elif isinstance(said, Counted):
            self.metrics.take(number, said.counts)
