"""Send events to MQTT, each under a topic of its stream and kind, or to a topic of Kafka."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.live.kafka_topic import KafkaTopic
from ecg_anomaly.live.outputs.follower import Output, OutputFailed, Row

#: Seconds for a broker to take what is sent.
PATIENCE_S = 10.0


class MqttOutput(Output):
    """Publishes each event as JSON under ``TOPIC/STREAM/KIND`` (quality of service 1).

    Parameters
    ----------
    word : str
        ``mqtt://[USER:PASSWORD@]HOST[:PORT]/TOPIC``, ``mqtts://`` for TLS.

    Raises
    ------
    UserError
        When it is no address, or paho-mqtt is not installed.
    """

    def __init__(self, word: str) -> None:
        parts = urlsplit(word)
        self._topic, self._parts = unquote(parts.path.strip("/")), parts
        self.name = f"{parts.scheme}://{parts.hostname}/{self._topic}"
        if not parts.hostname or not self._topic:
            raise UserError(self.name, "names no broker and topic", "write mqtt://HOST/TOPIC")
        try:
            from paho.mqtt.client import Client
            from paho.mqtt.enums import CallbackAPIVersion
        except ImportError as error:
            raise missing_package(self.name, "MQTT", "ecg-anomaly[live]") from error
        self._client = Client(CallbackAPIVersion.VERSION2)
        if parts.username:
            self._client.username_pw_set(unquote(parts.username), unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            self._client.tls_set()

    def send(self, rows: Sequence[Row]) -> int:
        """Publish events and wait until the broker has them."""
        try:
            if not self._client.is_connected():
                self._connect()
            sent = [self._client.publish(self._name(r), json.dumps(r), qos=1) for r in rows]
            for message in sent:
                message.wait_for_publish(PATIENCE_S)
            if not all(message.is_published() for message in sent):
                raise OutputFailed("the broker does not answer")
        except (OSError, ValueError, RuntimeError) as error:
            raise OutputFailed(str(error)) from error
        return len(rows)

    def _connect(self) -> None:
        port = self._parts.port or (8883 if self._parts.scheme == "mqtts" else 1883)
        self._client.loop_stop()
        self._client.connect(self._parts.hostname or "", port)
        self._client.loop_start()

    def _name(self, row: Row) -> str:
        """Return the topic of an event; signs with a meaning in topics are left out."""
        stream = "".join(c if c not in "+#/\0" else "_" for c in row["stream"])
        kind = row["kind"].replace("+", "_").replace("#", "_").replace("/", "_")
        return f"{self._topic}/{stream}/{kind.replace('.', '/')}"

    def close(self) -> None:
        """Close the link."""
        self._client.disconnect()
        self._client.loop_stop()


class KafkaOutput(Output):
    """Produces each event as JSON, with its stream as the key.

    Parameters
    ----------
    word : str
        ``kafka://HOST:PORT/TOPIC``.

    Raises
    ------
    UserError
        When it is no address, or confluent-kafka is not installed.
    """

    def __init__(self, word: str) -> None:
        named = KafkaTopic.from_word(word)
        self.name, self._topic, kafka = word, named.topic, named.load_client()
        self._failure = kafka.KafkaException
        self._producer: Any = kafka.Producer({
            "bootstrap.servers": named.brokers, "enable.idempotence": True,
            "message.timeout.ms": int(PATIENCE_S * 1000),
        })  # fmt: skip

    def send(self, rows: Sequence[Row]) -> int:
        """Produce events and wait until the brokers have them."""
        failed: list[str] = []

        def note(error: Any, _message: Any) -> None:
            if error is not None:
                failed.append(str(error))

        try:
            for row in rows:
                value, key = json.dumps(row), row["stream"]
                self._producer.produce(self._topic, value, key, on_delivery=note)
                self._producer.poll(0)
            left = self._producer.flush(PATIENCE_S + 1)
        except (BufferError, self._failure) as error:
            raise OutputFailed(str(error)) from error
        if failed or left:
            raise OutputFailed(failed[0] if failed else "the brokers do not answer")
        return len(rows)

    def close(self) -> None:
        """Wait a little for what is on its way."""
        self._producer.flush(1)
