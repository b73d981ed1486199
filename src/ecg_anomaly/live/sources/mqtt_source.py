"""Read streams from an MQTT broker: ``mqtt://[USER:PASSWORD@]HOST[:PORT]/TOPIC[?group=NAME]``.

Each message is one of JSON, see `ecg_anomaly.live.sources.sample_messages`; the topic names the
stream where the message does not. The session is a persistent one: while this process is away, the
broker keeps what comes (quality of service 1). With ``group`` several processes share the streams
of a topic; the broker must then send all of a stream to one of them, or each takes a topic of its
own.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.reconnecting import keep_connected
from ecg_anomaly.live.sources.sample_messages import (
    LARGEST,
    LONGEST_NAME,
    MOST_STREAMS,
    MessageReader,
)
from ecg_anomaly.live.sources.source import (
    Deliver,
    LinkLost,
    SampleBlock,
    Source,
    StreamEnded,
)

#: Seconds: between signs of life, for an answer of the broker, between two looks at `stop`.
KEEPALIVE_S, PATIENCE_S, LOOK_S = 15, 10.0, 0.2


class MqttSource(Source):
    """Reads what is published under a topic.

    Parameters
    ----------
    word : str
        ``mqtt://HOST/TOPIC``, ``mqtts://`` for TLS.

    Raises
    ------
    UserError
        When it is no address, or paho-mqtt is not installed.
    """

    waits, running = False, True

    def __init__(self, word: str) -> None:
        parts = urlsplit(word)
        self.name = f"{parts.scheme}://{parts.hostname}{parts.path}"  # without the password
        # A `#` for every topic below is no fragment of an address.
        topic = unquote(parts.path + ("#" if "#" in word else "")).lstrip("/")
        if not parts.hostname or not topic:
            raise UserError(self.name, "names no broker and topic", "write mqtt://HOST/TOPIC")
        group = parse_qs(parts.query or parts.fragment.lstrip("?")).get("group", [""])[0]
        self._topic = f"$share/{group}/{topic}" if group else topic
        self._parts, self._streams = parts, dict[str, MessageReader]()
        self._count, self._lock = 0, threading.Lock()
        self._open: list[tuple[int, str, int, int]] = []  # messages that are not acknowledged
        self._kept: list[tuple[int, int]] = []  # those that are to be acknowledged
        self._waiting: deque[Any] = deque()
        self._client = self._make_client(word)

    def _make_client(self, word: str) -> Any:
        try:
            from paho.mqtt.client import Client
            from paho.mqtt.enums import CallbackAPIVersion
        except ImportError as error:
            raise missing_package(self.name, "MQTT", "ecg-anomaly[live]") from error
        # The same name after a restart, so that the broker knows the session again.
        identity = f"ecg-anomaly-{hashlib.sha256(word.encode()).hexdigest()[:12]}"
        client = Client(
            CallbackAPIVersion.VERSION2, identity, clean_session=False, manual_ack=True,
            reconnect_on_failure=False,
        )  # fmt: skip
        if self._parts.username:
            client.username_pw_set(
                unquote(self._parts.username), unquote(self._parts.password or "")
            )
        if self._parts.scheme == "mqtts":
            client.tls_set()
        client.connect_timeout = PATIENCE_S  # refused after a link that could not be made
        client.on_connect = self._subscribe
        client.on_message = lambda _client, _data, message: self._waiting.append(message)
        return client

    def _subscribe(self, client: Any, _data: Any, _flags: Any, reason: Any, *_: Any) -> None:
        if not reason.is_failure:
            client.subscribe(self._topic, qos=1)

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver what is published; a broker that is gone is called again."""
        del resume  # the broker keeps what was not acknowledged

        def lost(reason: str) -> None:
            for stream in self._streams:
                deliver(LinkLost(stream, reason))

        keep_connected(lambda: self._read(deliver, stop), lost, stop, name=self.name)

    def _read(self, deliver: Deliver, stop: threading.Event) -> None:
        host, port = self._parts.hostname, self._parts.port
        client, secure = self._client, self._parts.scheme == "mqtts"
        with self._lock:
            self._open.clear()  # the broker sends them again
            self._kept.clear()
        self._waiting.clear()
        client.connect(host, port or (8883 if secure else 1883), KEEPALIVE_S)
        try:
            while not stop.is_set():
                code = client.loop(LOOK_S)
                while self._waiting and not stop.is_set():
                    self._pass_on(self._waiting.popleft(), deliver)
                self._acknowledge()
                if code:
                    raise ConnectionError(f"the broker has closed the link ({code.name})")
        finally:
            self._acknowledge()
            client.disconnect()
            client.loop(0.01)

    def _acknowledge(self) -> None:
        with self._lock:
            kept, self._kept = self._kept, []
        for mid, qos in kept:
            self._client.ack(mid, qos)

    def _pass_on(self, message: Any, deliver: Deliver) -> None:
        topic = message.topic.rpartition("/")[2][:LONGEST_NAME] or "mqtt"
        self._count += 1
        if topic not in self._streams and len(self._streams) >= MOST_STREAMS:
            with self._lock:  # no more are monitored; the broker need not keep it
                self._kept.append((message.mid, message.qos))
            return
        reader = self._streams.setdefault(topic, MessageReader(topic))
        holds = False
        try:
            if len(message.payload) > LARGEST:
                raise AbsurdStream(f"a message of {len(message.payload)} bytes")
            for delivery in reader.read(message.payload, str(self._count)):
                if isinstance(delivery, SampleBlock):
                    with self._lock:
                        opened = (self._count, delivery.stream, message.mid, message.qos)
                        self._open.append(opened)
                deliver(delivery)
                holds = holds or isinstance(delivery, SampleBlock)
        except AbsurdStream as error:
            deliver(StreamEnded(topic, f"sends {error}"))
        if not holds:  # nothing to be kept of it
            with self._lock:
                self._kept.append((message.mid, message.qos))

    def keep(self, stream: str, position: str) -> None:
        """Tell the broker that the messages of a stream up to a position were taken."""
        with self._lock:
            still_open = []
            for message in self._open:
                if message[1] == stream and message[0] <= int(position):
                    self._kept.append(message[2:])
                else:
                    still_open.append(message)
            self._open = still_open
