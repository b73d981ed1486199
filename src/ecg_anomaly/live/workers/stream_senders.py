"""Send what sources deliver to the workers, each stream to one of them, many at a time."""

import queue
import threading
import time
import zlib
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection

from ecg_anomaly.live.source_threads import LOOK_S, MOST_WAITING
from ecg_anomaly.live.sources.source import Delivery, StreamEnded, StreamMoved, StreamOpened

#: Seconds that deliveries wait for others, so that they are sent in one go, in less time.
GATHER_S = 0.01

#: A delivery with the place of its source.
Placed = tuple[int, Delivery]

#: Streams whose worker is remembered; others have one by their name.
MOST_REMEMBERED = 1 << 16


class StreamShares:
    """Which worker monitors a stream: always the same, of those with the fewest open streams.

    Parameters
    ----------
    n : int
        Number of workers.
    """

    def __init__(self, n: int) -> None:
        self._open: list[set[str]] = [set() for _ in range(n)]
        self._workers: dict[str, int] = {}
        self._lock = threading.Lock()

    def choose(self, delivery: Delivery) -> int:
        """Return the worker of a delivery's stream; may be called from any thread."""
        stream = delivery.stream
        with self._lock:
            worker = self._workers.get(stream)
            if worker is None:
                worker = self._assign(stream)
            if isinstance(delivery, StreamOpened):
                self._open[worker].add(stream)
            elif isinstance(delivery, (StreamEnded, StreamMoved)):
                self._open[worker].discard(stream)
            return worker

    def _assign(self, stream: str) -> int:
        if len(self._workers) >= MOST_REMEMBERED:
            return zlib.crc32(stream.encode("utf-8", "surrogatepass")) % len(self._open)
        worker = min(range(len(self._open)), key=lambda k: len(self._open[k]))
        self._workers[stream] = worker
        return worker


class StreamSenders:
    """Sends deliveries to workers, in the order of each stream.

    Parameters
    ----------
    pipes : sequence of Connection
        One to each worker.
    stop : threading.Event
        When it is set, what is still delivered is dropped.
    """

    def __init__(self, pipes: Sequence[Connection], stop: threading.Event) -> None:
        self._senders = [_Sender(pipe, stop) for pipe in pipes]
        self._shares = StreamShares(len(pipes))

    def start(self) -> None:
        """Begin to send."""
        for sender in self._senders:
            sender.thread.start()

    def deliver(self, source: int, delivery: Delivery) -> None:
        """Send a delivery of the source at a place; waits while its worker is behind.

        May be called from any thread.
        """
        self._senders[self._shares.choose(delivery)].put((source, delivery))

    def close(self) -> None:
        """Return when all that waits is sent, or dropped after `stop`."""
        for sender in self._senders:
            sender.put(None)
        for sender in self._senders:
            sender.thread.join()


class _Sender:
    """A thread that sends what waits for one worker."""

    def __init__(self, pipe: Connection, stop: threading.Event) -> None:
        self._pipe, self._stop = pipe, stop
        self._waiting: queue.Queue[Placed | None] = queue.Queue(MOST_WAITING)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def put(self, placed: Placed | None) -> None:
        while not self._stop.is_set():
            with suppress(queue.Full):
                self._waiting.put(placed, timeout=LOOK_S)
                return

    def _run(self) -> None:
        with suppress(OSError):  # a worker that was killed is noticed elsewhere
            over = False
            while not over:
                found = self._gather()
                over = None in found or (not found and self._stop.is_set())
                if placed := [item for item in found if item is not None]:
                    self._pipe.send(placed)

    def _gather(self) -> list[Placed | None]:
        """Return what waits, after `GATHER_S` for more; nothing if nothing comes for a while."""
        found: list[Placed | None] = []
        with suppress(queue.Empty):
            found.append(self._waiting.get(timeout=LOOK_S))
            time.sleep(GATHER_S)
            while len(found) < MOST_WAITING:
                found.append(self._waiting.get_nowait())
        return found
