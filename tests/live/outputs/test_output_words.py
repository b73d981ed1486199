import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.output_words import open_output


@pytest.mark.parametrize(
    ("word", "kind"),
    [("mqtt://host/topic", "MqttOutput"), ("kafka://host:1/topic", "KafkaOutput"),
     ("https://host/hook", "WebhookOutput"), ("fhir:alarms.ndjson", "FhirOutput")],
)  # fmt: skip
def test_each_word_opens_its_output(word, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = EventStore("live.sqlite")
    output = open_output(word, store, print)
    assert type(output).__name__ == kind
    output.close()
    store.close()


def test_another_word_says_what_to_write():
    with pytest.raises(UserError, match="write mqtt://HOST/TOPIC"):
        open_output("pigeon:home", None, print)


@pytest.mark.parametrize(
    ("word", "said"),
    [("https://", "is no address; write https://HOST/PATH"), ("mqtt://h:abc/t", "is no address"),
     ("kafka:///topic", "is no address"), ("fhir:", "names no file; write fhir:FILE")],
)  # fmt: skip
def test_a_word_that_names_no_place_is_refused_before_anything_is_monitored(word, said, tmp_path):
    store = EventStore(str(tmp_path / "live.sqlite"))
    with pytest.raises(UserError, match=said):
        open_output(word, store, print)
    store.close()
