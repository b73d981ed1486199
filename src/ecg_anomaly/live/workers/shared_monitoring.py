"""Monitor the streams of some sources in several processes.

Sources run here, in threads; so does the page. What a source delivers of a stream goes to one of
the workers, which scores, watches and keeps the streams that it has.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial

from ecg_anomaly.files.errors import WAYS_OUT, UserError
from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.display import PageFeed
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
        try:
            self._start_workers()
            if self._wait_for_all():
                self._run_sources()
        except BaseException:
            self._stop.set()
            raise
        finally:
            self._end()
        failed = [error for worker in self._workers for error in worker.failed]
        return self._failed + list({str(error): error for error in failed}.values())

    def _start_workers(self) -> None:
        traits = tuple(SourceTraits(s.name, s.waits, s.running) for s in self._sources)
        job = WorkerJob(self._open, traits, self._feed is not None)
        for number in range(self._n):
            try:
                self._workers.append(WorkerProcess(job, number, self._hear))
            except OSError as error:
                rule = f"cannot be started ({error.strerror or error})"
                way_out = WAYS_OUT.get(error.errno or 0, "start fewer")
                raise UserError(f"worker {number}", rule, way_out) from error

    def _end(self) -> None:
        """Let the workers end at once, if they have not monitored all."""
        if self._stop.is_set():
            self._tell(Stop(broken_off=self._lacks_worker()))
        for worker in self._workers:
            worker.join(ENDING_S)

    def _lacks_worker(self) -> bool:
        """Tell whether a worker has ended too early."""
        return any(worker.over.is_set() and not worker.done for worker in self._workers)

    def _wait_for_all(self) -> bool:
        """Wait until all workers take deliveries; tell whether they do."""
        while not all(worker.ready.is_set() for worker in self._workers):
            if self._stop.is_set() or self._lacks_worker():
                self._stop.set()
                return False
            time.sleep(LOOK_S / 10)
        return True

    def _run_sources(self) -> None:
        """Monitor until the workers are done, one of them is lost, or `stop` is called."""
        senders = StreamSenders([worker.deliveries for worker in self._workers], self._stop)
        senders.start()
        threads = []
        for place, source in enumerate(self._sources):
            deliver, fail = partial(senders.deliver, place), self._failed.append
            words = source, deliver, fail, self._resume, self._stop
            threads.append(threading.Thread(target=run_source, args=words, daemon=True))
            threads[-1].start()
        threading.Thread(target=self._close, args=(threads, senders), daemon=True).start()
        watched = frozenset[str]()
        while not (all(worker.done for worker in self._workers) or self._stop.wait(LOOK_S)):
            if self._lacks_worker():
                self._stop.set()
            watched = self._follow_browsers(watched)

    def _close(self, threads: Sequence[threading.Thread], senders: StreamSenders) -> None:
        """Tell the workers that nothing more comes, when all sources are over."""
        for thread in threads:
            thread.join()
        senders.close()
        for worker in self._workers:
            worker.close()

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
