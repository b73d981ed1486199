import json
import urllib.error
import urllib.request

import pytest

from ecg_anomaly.live.commands import Command
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from ecg_anomaly.live.outputs.live_metrics import LiveMetrics
from ecg_anomaly.live.service_routes import make_routes

TOKEN = "0123456789abcdef"


@pytest.fixture
def taken():
    return []


@pytest.fixture
def server(taken):
    routes = make_routes(LiveMetrics(), taken.append, None)
    with MonitorServer(MonitorFeed(), port=0, token=TOKEN, more=routes) as server:
        yield server


def ask(server, path, body=None, token=TOKEN):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), ""


def test_metrics_are_shown_as_prometheus_reads_them(server):
    status, text, kind = ask(server, "metrics")
    assert status == 200
    assert kind.startswith("text/plain; version=0.0.4")
    assert "# TYPE ecg_anomaly_live_streams gauge" in text


def test_commands_are_taken(server, taken):
    assert ask(server, "acknowledge", {"key": "a:pause:1"})[0] == 202
    assert ask(server, "quiet", {"seconds": 60})[0] == 202
    assert ask(server, "quiet", b"")[0] == 202
    assert taken == [
        Command("acknowledge", "a:pause:1"), Command("quiet", "", 60.0), Command("quiet", "", None),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"{", b"[1]", {"key": 3}, b"x" * 5000])
def test_what_is_no_command_is_refused(server, taken, body):
    status, text, _ = ask(server, "acknowledge", body)
    assert status == 400
    assert "error" in json.loads(text)
    assert taken == []


@pytest.mark.parametrize("path", ["metrics", "acknowledge", "quiet"])
def test_without_the_token_nothing_is_told_or_taken(server, taken, path):
    body = None if path == "metrics" else {"key": "a"}
    assert ask(server, path, body, token=None)[0] == 401
    assert ask(server, path, body, token="wrong")[0] == 401
    assert taken == []
