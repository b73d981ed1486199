import socket
import sys

import pytest
import requests

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer

TOKEN = "0123456789abcdef"


def test_it_serves_while_it_is_open_and_no_longer():
    with MonitorServer(MonitorFeed(), port=0) as server:
        assert requests.get(server.url, timeout=5).ok
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=5)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", ""])
def test_an_address_that_others_reach_needs_a_token(host):
    with pytest.raises(UserError, match=r"there is no token; give one \(--token-file\)"):
        MonitorServer(MonitorFeed(), host, port=0)


def test_a_short_token_is_refused_and_not_repeated():
    with pytest.raises(UserError, match="the token has 6 characters") as refused:
        MonitorServer(MonitorFeed(), port=0, token="secret")
    assert "secret" not in str(refused.value)


def test_another_address_is_served_with_a_token():
    with MonitorServer(MonitorFeed(), "0.0.0.0", port=0, token=TOKEN) as server:
        headers = {"Authorization": f"Bearer {TOKEN}", "Host": "ward.example"}
        assert requests.get(server.url, headers=headers, timeout=5).ok
        assert requests.get(server.url + "ws", timeout=5).status_code == 401


@pytest.mark.parametrize("port", [70_000, -1])
def test_a_port_that_does_not_exist_is_refused(port):
    with pytest.raises(UserError, match="cannot listen"):
        MonitorServer(MonitorFeed(), port=port)


def test_a_port_that_is_taken_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UserError, match="choose another port"):
            MonitorServer(MonitorFeed(), port=other.getsockname()[1])


def test_without_the_extra_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(UserError, match=r"pip install ecg-anomaly\[live\]"):
        MonitorServer(MonitorFeed(), port=0)
