import json
import sys
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

import confluent_kafka
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs import broker_outputs
from ecg_anomaly.live.outputs.broker_outputs import KafkaOutput, MqttOutput
from ecg_anomaly.live.outputs.follower import OutputFailed

sys.path.append(str(Path(__file__).resolve().parents[1] / "sources"))
from test_mqtt_source import Broker, needs_broker

ROWS = [
    {"stream": "bed 1", "run": 1, "sample": 5, "kind": "beat"},
    {"stream": "a/#+b", "run": 1, "sample": 9, "kind": "alarm.pause.raised"},
]


@needs_broker
def test_events_are_published_under_their_stream_and_kind(tmp_path):
    broker, heard = Broker(tmp_path), []
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda *found: heard.append((found[2].topic, json.loads(found[2].payload)))
    client.connect("127.0.0.1", broker.port)
    client.subscribe("events/#", 1)
    client.loop()
    output = MqttOutput(f"mqtt://127.0.0.1:{broker.port}/events")
    try:
        assert output.send(ROWS) == 2
        deadline = time.monotonic() + 10
        while len(heard) < 2 and time.monotonic() < deadline:
            client.loop(0.1)
    finally:
        output.close()
        client.disconnect()
        client.loop(0.05)
        broker.stop()
    assert heard == [("events/bed 1/beat", ROWS[0]), ("events/a___b/alarm/pause/raised", ROWS[1])]


def test_a_broker_that_is_not_there_is_tried_again_later():
    output = MqttOutput("mqtt://127.0.0.1:1/events")
    with pytest.raises(OutputFailed):
        output.send(ROWS)


def test_events_are_produced_with_their_stream_as_key(monkeypatch):
    mock = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "x"})
    (broker,) = mock.list_topics(timeout=10).brokers.values()
    address, topic = f"{broker.host}:{broker.port}", f"t{uuid.uuid4().hex[:8]}"
    mock.list_topics(topic, timeout=10)
    output = KafkaOutput(f"kafka://{address}/{topic}")
    assert output.send(ROWS) == 2
    output.close()
    consumer = confluent_kafka.Consumer({"bootstrap.servers": address, "group.id": topic})
    partitions = range(len(mock.list_topics(topic, timeout=10).topics[topic].partitions))
    consumer.assign([confluent_kafka.TopicPartition(topic, p, 0) for p in partitions])
    found = {}
    deadline = time.monotonic() + 10
    while len(found) < 2 and time.monotonic() < deadline:
        message = consumer.poll(0.2)
        if message is not None and message.error() is None:
            found[message.key().decode()] = json.loads(message.value())
    consumer.close()
    assert found == {"bed 1": ROWS[0], "a/#+b": ROWS[1]}


def test_brokers_that_are_not_there_are_tried_again_later(monkeypatch):
    monkeypatch.setattr(broker_outputs, "PATIENCE_S", 0.2)
    output = KafkaOutput("kafka://127.0.0.1:1/topic")
    output._producer = SimpleNamespace(
        produce=lambda *_, **__: None, poll=lambda _: None, flush=lambda _: 2
    )
    with pytest.raises(OutputFailed, match="do not answer"):
        output.send(ROWS)


@pytest.mark.parametrize("made", [MqttOutput, KafkaOutput])
def test_a_word_without_broker_and_topic_is_refused(made):
    with pytest.raises(UserError, match="names no broker"):
        made("kafka://host")
