import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources.source_words import FORMS, OPENERS, check_address, open_source


def test_an_unknown_word_says_what_to_write():
    with pytest.raises(UserError, match=r"100\.dat: not a source.*replay:100\.dat"):
        open_source("100.dat")
    assert FORMS.keys() == OPENERS.keys()


def test_a_long_word_is_cut():
    with pytest.raises(UserError) as caught:
        open_source("x" * 10_000)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "word",
    ["mqtt://", "mqtt://host:abc/ward", "mqtts:///ward", "ws://", "ws://host:70000/x",
     "kafka://one:9092,two:x/ecg", "wss://[::1/x", "tcp://host:0"],
)  # fmt: skip
def test_an_address_without_a_host_or_with_a_wrong_port_is_refused_at_once(word):
    with pytest.raises(UserError, match="is no address; write "):
        open_source(word)


@pytest.mark.parametrize(
    "word", ["ws://host/x", "ws://[::1]:8080/x", "kafka://one:9092,two:9092/ecg", "kafka://h?x"]
)
def test_an_address_with_a_host_is_accepted(word):
    check_address(word, "")


def test_a_password_in_an_address_is_not_repeated():
    with pytest.raises(UserError) as refused:
        open_source("mqtt://me:secret@host:abc/ward")
    assert "secret" not in str(refused.value)


def test_a_heart_strap_needs_a_name():
    with pytest.raises(UserError, match="names no heart strap; write ble:NAME"):
        open_source("ble:")
