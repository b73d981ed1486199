import json
import urllib.request

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.page_service import read_token, serve_page
from toy_ecg import ToyBeats


@pytest.fixture
def engine():
    return LiveEngine([], ToyBeats, FindingLimits(), AlarmSettings(), lambda _: None)


def test_the_page_is_served_on_this_machine(engine):
    with serve_page(engine, "127.0.0.1", 0, None) as url:
        assert url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(url) as answer:
            assert b"<html" in answer.read()
    assert engine.passing.display is not None


def test_where_its_port_is_taken_it_takes_another(engine):
    with (
        serve_page(engine, "127.0.0.1", None, None) as first,
        serve_page(engine, "127.0.0.1", None, None) as second,
    ):
        assert first != second


def test_a_port_that_is_asked_for_is_taken_or_refused(engine):
    with serve_page(engine, "127.0.0.1", 0, None) as url:
        port = int(url.rstrip("/").rpartition(":")[2])
        with (
            pytest.raises(UserError, match="cannot listen"),
            serve_page(engine, "127.0.0.1", port, None),
        ):
            pass


def test_another_address_needs_a_token(engine, monkeypatch):
    monkeypatch.delenv("ECG_ANOMALY_TOKEN", raising=False)
    with pytest.raises(UserError, match="TLS"), serve_page(engine, "0.0.0.0", 0, None):
        pass


def test_a_token_is_read_from_a_file_or_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_TOKEN", "from-the-environment")
    assert read_token(None) == "from-the-environment"
    path = tmp_path / "token"
    path.write_text("0123456789abcdef\n")
    assert read_token(str(path)) == "0123456789abcdef"


@pytest.mark.parametrize("content", [b"", b"two words", b"x" * 2000, b"\xff\xfe"])
def test_a_wrong_token_file_is_refused_without_saying_what_is_in_it(tmp_path, content):
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_token(str(path))
    assert "xxx" not in str(caught.value)
    assert json.dumps(str(caught.value))
