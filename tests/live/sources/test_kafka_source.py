import json
import time
import uuid
from types import SimpleNamespace

import confluent_kafka
import pytest
from collecting import collecting

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources.kafka_source import KafkaSource
from ecg_anomaly.live.sources.source import SampleBlock, StreamEnded


@pytest.fixture(scope="module")
def broker():
    """The broker that librdkafka has inside for tests; it lives as long as its producer."""
    producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "x"})
    (broker,) = producer.list_topics(timeout=10).brokers.values()
    return SimpleNamespace(producer=producer, address=f"{broker.host}:{broker.port}")


@pytest.fixture
def word(broker):
    topic = f"ecg{uuid.uuid4().hex[:8]}"
    broker.producer.list_topics(topic, timeout=10)
    return f"kafka://{broker.address}/{topic}?group={topic}"


def send(broker, word, key, *messages):
    for message in messages:
        payload = message if isinstance(message, str) else json.dumps(message)
        broker.producer.produce(word.rpartition("=")[2], payload, key)
    broker.producer.flush(10)


def block(sample):
    return {"fs": 250, "leads": ["II"], "sample": sample, "values": [0.1] * 10}


def test_the_key_names_the_stream_and_nonsense_ends_its_own_alone(broker, word):
    send(broker, word, "bed1", block(0), block(10))
    send(broker, word, "bed2", block(0))
    send(broker, word, "bed3", "nonsense")
    send(broker, word, "bed4", {**block(0), "stream": "bed2"})
    with collecting(KafkaSource(word)) as found:
        found.wait_for(lambda f: f.n_samples >= 30 and len(f.of(StreamEnded)) >= 2, 30)
    # Before anything is kept, a change in the group may bring messages again.
    starts = dict.fromkeys(b.start for b in found.of(SampleBlock) if b.stream == "bed1")
    assert list(starts) == [0, 10]
    assert {e.stream for e in found.of(StreamEnded)} == {"bed3", "bed4"}
    assert found.errors == []


def committed(broker, word):
    """The offset from which another process of the group would go on."""
    topic = word.rpartition("=")[2]
    asker = confluent_kafka.Consumer({"bootstrap.servers": broker.address, "group.id": topic})
    partitions = [confluent_kafka.TopicPartition(topic, p) for p in range(4)]
    found = [p.offset for p in asker.committed(partitions, timeout=10) if p.offset >= 0]
    asker.close()
    return found


def test_an_offset_is_committed_when_all_before_it_is_kept_and_not_sooner(broker, word):
    send(broker, word, "bed1", *(block(10 * k) for k in range(6)))
    source = KafkaSource(word)
    with collecting(source) as found:
        found.wait_for(lambda f: f.n_samples == 60, 30)
        time.sleep(0.5)
        assert [offset for offset in committed(broker, word) if offset] == []
        source.keep("bed1", found.of(SampleBlock)[3].position)
    assert committed(broker, word) == [4]


@pytest.mark.parametrize("word", ["kafka://", "kafka://host", "kafka:///topic"])
def test_a_word_without_broker_and_topic_is_refused(word):
    with pytest.raises(UserError, match="names no broker"):
        KafkaSource(word)


def test_a_commit_that_the_broker_refuses_for_now_comes_later(broker, word):
    source, tried = KafkaSource(word), []

    class Refusing:
        def commit(self, offsets, **_):
            tried.append([(o.partition, o.offset) for o in offsets])
            if len(tried) == 1:
                raise confluent_kafka.KafkaException(
                    confluent_kafka.KafkaError(confluent_kafka.KafkaError.REBALANCE_IN_PROGRESS)
                )

    source._offsets.deliver("bed1", 0, 4)
    source.keep("bed1", "0:5")
    for _ in range(3):
        source._commit(Refusing())
    assert tried == [[(0, 5)], [(0, 5)]]


@pytest.mark.parametrize(
    ("name", "n_said"),
    [("GROUP_AUTHORIZATION_FAILED", 1), ("_TRANSPORT", 0), ("REBALANCE_IN_PROGRESS", 0)],
)
def test_a_commit_that_never_succeeds_is_said_once(word, caplog, name, n_said):
    code = getattr(confluent_kafka.KafkaError, name)

    class Refusing:
        def commit(self, **_):
            raise confluent_kafka.KafkaException(confluent_kafka.KafkaError(code))

    source = KafkaSource(word)
    source._offsets.deliver("bed1", 0, 4)
    source.keep("bed1", "0:5")
    for _ in range(3):
        source._commit(Refusing())
    assert [name in line for line in caplog.messages] == [True] * n_said
