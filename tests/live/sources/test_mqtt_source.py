import json
import shutil
import socket
import subprocess
import time

import pytest
from collecting import collecting
from paho.mqtt import publish

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources import reconnecting
from ecg_anomaly.live.sources.mqtt_source import MqttSource
from ecg_anomaly.live.sources.source import LinkLost, SampleBlock, StreamEnded
from mlflow_server import free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("/usr/sbin/mosquitto")

needs_broker = pytest.mark.skipif(MOSQUITTO is None, reason="needs mosquitto")


class Broker:
    """A broker of its own, which can be restarted with what it knew."""

    def __init__(self, folder):
        self.port, self._folder = free_port(), folder
        (folder / "mosquitto.conf").write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
            f"persistence_location {folder}/\nmax_inflight_messages 0\nuser root\n"
        )
        self.start()

    def start(self):
        command = [MOSQUITTO, "-c", str(self._folder / "mosquitto.conf")]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
        raise AssertionError("mosquitto does not start")

    def stop(self):
        self._process.terminate()
        self._process.wait(10)

    def send(self, topic, *messages):
        payloads = [m if isinstance(m, str) else json.dumps(m) for m in messages]
        publish.multiple([(topic, p, 1, False) for p in payloads], "127.0.0.1", self.port)


@pytest.fixture
def broker(tmp_path, monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.1)
    broker = Broker(tmp_path)
    yield broker
    broker.stop()


def block(sample):
    return {"fs": 250, "leads": ["II"], "sample": sample, "values": [0.1] * 10}


@needs_broker
def test_what_is_published_comes_named_by_its_topic_also_after_a_restart_of_the_broker(broker):
    source = MqttSource(f"mqtt://127.0.0.1:{broker.port}/ward/#")
    with collecting(source) as found:
        time.sleep(0.5)
        broker.send("ward/bed1", block(0), block(10))
        found.wait_for(lambda f: f.n_samples == 20)
        for made in found.of(SampleBlock):
            source.keep(made.stream, made.position)
        broker.stop()
        broker.start()
        found.wait_for(lambda f: f.of(LinkLost))
        time.sleep(0.5)
        broker.send("ward/bed1", block(20))
        found.wait_for(lambda f: f.of(SampleBlock)[-1].start == 20)
    assert {b.stream for b in found.of(SampleBlock)} == {"bed1"}
    assert found.errors == []


@needs_broker
def test_what_was_not_kept_comes_again_and_what_comes_meanwhile_is_not_lost(broker):
    word = f"mqtt://127.0.0.1:{broker.port}/ward/#"
    first = MqttSource(word)
    with collecting(first) as found:
        time.sleep(0.5)
        broker.send("ward/bed1", block(0), block(10), block(20))
        found.wait_for(lambda f: f.n_samples == 30)
        first.keep("bed1", found.of(SampleBlock)[0].position)
        time.sleep(0.3)
    broker.send("ward/bed1", block(30))
    with collecting(MqttSource(word)) as again:
        again.wait_for(lambda f: f.n_samples == 30)
        assert [b.start for b in again.of(SampleBlock)] == [10, 20, 30]


@needs_broker
def test_a_sender_of_nonsense_does_not_disturb_the_others(broker):
    with collecting(MqttSource(f"mqtt://127.0.0.1:{broker.port}/ward/#")) as found:
        time.sleep(0.5)
        broker.send("ward/bed1", "nonsense")
        broker.send("ward/bed2", block(0))
        found.wait_for(lambda f: f.n_samples == 10)
    (ended,) = found.of(StreamEnded)
    assert ended.stream == "bed1"
    assert "no JSON" in ended.reason


@needs_broker
def test_processes_of_a_group_share_what_comes(broker):
    words = [f"mqtt://127.0.0.1:{broker.port}/ward/{bed}?group=night" for bed in ("bed1", "bed2")]
    with collecting(MqttSource(words[0])) as one, collecting(MqttSource(words[1])) as two:
        time.sleep(0.5)
        broker.send("ward/bed1", block(0))
        broker.send("ward/bed2", block(0))
        one.wait_for(lambda f: f.n_samples == 10)
        two.wait_for(lambda f: f.n_samples == 10)


def test_a_broker_that_is_not_there_is_tried_again(monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.01)
    tries = []

    def connect(*_, **__):
        tries.append(1)
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(socket, "create_connection", connect)
    with collecting(MqttSource("mqtt://127.0.0.1:1/ward/#")) as found:
        deadline = time.monotonic() + 10
        while len(tries) < 3 and time.monotonic() < deadline and not found.errors:
            time.sleep(0.01)
    assert len(tries) >= 3
    assert found.errors == []


@pytest.mark.parametrize("word", ["mqtt://", "mqtt://host", "mqtt:///topic"])
def test_a_word_without_broker_and_topic_is_refused(word):
    with pytest.raises(UserError, match="names no broker"):
        MqttSource(word)


def test_the_password_is_in_no_message():
    assert "secret" not in MqttSource("mqtt://me:secret@host/ecg/#").name
