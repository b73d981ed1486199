import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ecg_anomaly.live.outputs.follower import OutputFailed
from ecg_anomaly.live.outputs.webhook_output import MOST, WebhookOutput

ROWS = [{"stream": "a", "run": 1, "sample": k, "kind": "beat"} for k in range(250)]


@pytest.fixture
def service():
    """A web service; its answers are told by a list."""
    statuses, heard = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers.get("Authorization"), json.loads(body)["events"]))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.statuses, server.heard = statuses, heard
    server.url = f"http://127.0.0.1:{server.server_port}/hook?key=secret"
    yield server
    server.shutdown()
    server.server_close()


def test_events_are_posted_in_order_some_at_a_time(service, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_WEBHOOK_TOKEN", "abc")
    output, rows = WebhookOutput(service.url, print), list(ROWS)
    while rows:
        rows = rows[output.send(rows) :]
    output.close()
    assert [e["sample"] for _, events in service.heard for e in events] == list(range(250))
    assert max(len(events) for _, events in service.heard) == MOST
    assert service.heard[0][0] == "Bearer abc"


def test_what_it_may_take_later_is_tried_again_and_what_it_refuses_is_said(service):
    said = []
    output = WebhookOutput(service.url, said.append)
    service.statuses += [503, 429, 400]
    for _ in range(2):
        with pytest.raises(OutputFailed, match="status"):
            output.send(ROWS[:3])
    assert output.send(ROWS[:3]) == 3
    output.close()
    assert "refuses 3 events with status 400" in said[0]
    assert "secret" not in said[0]


def test_a_service_that_is_not_there_is_tried_again_later():
    output = WebhookOutput("http://127.0.0.1:1/", print)
    with pytest.raises(OutputFailed, match="cannot be reached"):
        output.send(ROWS)
    output.close()
