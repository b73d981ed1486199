"""The address of a Kafka topic: what it names, and what is no address."""

import sys

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.kafka_topic import KafkaTopic


def test_an_address_names_brokers_topic_and_perhaps_a_group():
    plain = KafkaTopic.from_word("kafka://here:9092/ecg")
    assert (plain.brokers, plain.topic, plain.group) == ("here:9092", "ecg", None)
    assert KafkaTopic.from_word("kafka://here:9092/ecg?group=ward").group == "ward"


@pytest.mark.parametrize(
    "word", ["kafka://", "kafka://here:9092/", "kafka:///ecg", "kafka://a@b/c"]
)
def test_what_names_no_broker_or_topic_is_refused(word):
    with pytest.raises(UserError, match="kafka://HOST:PORT/TOPIC"):
        KafkaTopic.from_word(word)


def test_without_the_client_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "confluent_kafka", None)
    with pytest.raises(UserError, match=r"ecg-anomaly\[kafka\]"):
        KafkaTopic.from_word("kafka://here:9092/ecg").load_client()
