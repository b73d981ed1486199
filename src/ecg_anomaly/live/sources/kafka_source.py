"""Read streams from Kafka: ``kafka://HOST:PORT/TOPIC[?group=NAME]``.

The key of a message is the stream, or patient: all messages of one are in one partition, in order.
Processes of one group share the partitions. The offset of a partition is committed only after what
was made of its messages has been kept, so that another process goes on there after a crash; what it
reads again is known by its sample numbers, and said once.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.kafka_topic import KafkaTopic
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.open_offsets import OpenOffsets
from ecg_anomaly.live.sources.sample_messages import LONGEST_NAME, MOST_STREAMS, MessageReader
from ecg_anomaly.live.sources.source import (
    Deliver,
    LinkLost,
    SampleBlock,
    Source,
    StreamEnded,
    StreamMoved,
)

#: Seconds between two looks at whether to stop.
LOOK_S = 0.2

#: A process of the group that is silent for so long is gone: the others take over its streams.
SESSION_MS = 10_000

#: Bytes that are fetched ahead.
MOST_FETCHED_KB = 16 * 1024

GROUP = "ecg-anomaly"

#: Errors of a commit that pass: the group shares its partitions anew, its coordinator moves, or the
#: brokers are out of reach. (librdkafka calls none of them retriable where it commits.)
PASSING = frozenset({
    "REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "STALE_MEMBER_EPOCH",
    "COORDINATOR_NOT_AVAILABLE", "COORDINATOR_LOAD_IN_PROGRESS", "NOT_COORDINATOR",
    "REQUEST_TIMED_OUT", "NETWORK_EXCEPTION", "UNSTABLE_OFFSET_COMMIT", "_ASSIGNMENT_LOST",
    "_WAIT_COORD", "_TIMED_OUT", "_TIMED_OUT_QUEUE", "_TRANSPORT", "_ALL_BROKERS_DOWN",
})  # fmt: skip


class KafkaSource(Source):
    """Reads the partitions of a topic that its group gives to this process.

    Parameters
    ----------
    word : str
        ``kafka://HOST:PORT/TOPIC``.

    Raises
    ------
    UserError
        When it is no address, or confluent-kafka is not installed.
    """

    waits, running = True, True

    def __init__(self, word: str) -> None:
        named = KafkaTopic.from_word(word)
        self.name = f"kafka://{named.brokers}/{named.topic}"
        self._group, self._brokers, self._topic = named.group or GROUP, named.brokers, named.topic
        self._readers: dict[str, MessageReader] = {}
        self._offsets = OpenOffsets()
        self._deliver: Deliver = lambda _: None
        self._lock, self._said = threading.Lock(), set[str]()
        self._kafka: Any = named.load_client()

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver what is in the topic from the last committed offsets on."""
        del resume  # the offsets of the group say it
        consumer = self._kafka.Consumer({
            "bootstrap.servers": self._brokers, "group.id": self._group,
            "enable.auto.commit": False, "auto.offset.reset": "earliest",
            "queued.max.messages.kbytes": MOST_FETCHED_KB, "max.poll.interval.ms": 600_000,
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": SESSION_MS,
        })  # fmt: skip
        self._deliver = deliver
        consumer.subscribe([self._topic], on_revoke=self._forget)
        try:
            while not stop.is_set():
                message = consumer.poll(LOOK_S)
                self._commit(consumer)
                if message is None:
                    continue
                if message.error() is None:
                    self._pass_on(message, deliver)
                elif not message.error().retriable():
                    for stream in self._readers:
                        deliver(LinkLost(stream, str(message.error())))
        finally:
            self._commit(consumer)
            consumer.close()

    def _pass_on(self, message: Any, deliver: Deliver) -> None:
        key = (message.key() or b"").decode("utf-8", "replace")[:LONGEST_NAME]
        stream = key if key and key.isprintable() else f"{self._topic}-{message.partition()}"
        if stream not in self._readers and len(self._readers) >= MOST_STREAMS:
            return  # no more are monitored; its offset counts as kept
        position = f"{message.partition()}:{message.offset() + 1}"
        reader = self._readers.setdefault(stream, MessageReader(stream))
        with self._lock:
            self._offsets.deliver(stream, message.partition(), message.offset())
        try:
            for delivery in reader.read(message.value() or b"", position):
                if isinstance(delivery, SampleBlock) and delivery.stream != stream:
                    raise AbsurdStream("samples of another stream than its key names")
                deliver(delivery)
        except AbsurdStream as error:
            deliver(StreamEnded(stream, f"sends {error}"))
            self.keep(stream, position)

    def keep(self, stream: str, position: str) -> None:
        """Take note that all up to a position of a stream was kept; called from any thread."""
        with self._lock:
            self._offsets.keep(stream, int(position.rpartition(":")[2]))

    def _commit(self, consumer: Any) -> None:
        """Commit, of each partition, what was kept of all its streams.

        While the group shares its partitions anew, a broker takes no commits: they come later.
        What does not pass, such as a group that may not be used, is said once.
        """
        with self._lock:
            ready = self._offsets.take_ready()
        if not ready:
            return
        offsets = [self._kafka.TopicPartition(self._topic, p, o) for p, o in ready.items()]
        try:
            consumer.commit(offsets=offsets, asynchronous=False)
        except self._kafka.KafkaException as error:
            with self._lock:
                self._offsets.take_back(ready)
            self._say_refused(error.args[0])

    def _say_refused(self, error: Any) -> None:
        """Warn, once, of an error of a commit that does not pass."""
        name = error.name()
        if error.retriable() or name in PASSING or name in self._said:
            return
        self._said.add(name)
        rule = f"offsets cannot be committed ({name}: {error.str()[:80]})"
        way_out = "check the rights of its group, or a restart reads all again"
        logging.getLogger(__name__).warning("%s", UserError(self.name, rule, way_out))

    def _forget(self, _consumer: Any, partitions: list[Any]) -> None:
        """Forget the streams of partitions that another process of the group reads now."""
        with self._lock:
            gone = self._offsets.forget({p.partition for p in partitions})
        for stream in gone:
            self._readers.pop(stream, None)
            self._deliver(StreamMoved(stream))
