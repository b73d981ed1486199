import json
import threading

import pytest
from collecting import collecting
from websockets.sync.server import serve

from ecg_anomaly.live.sources import reconnecting
from ecg_anomaly.live.sources.source import LinkLost, StreamEnded
from ecg_anomaly.live.sources.websocket_source import WebSocketSource


@pytest.fixture
def serving():
    """Serve messages to each that connects; a list of lists, one for each connection."""
    started = []

    def start(answers):
        answers = iter(answers)

        def answer(link):
            for message in next(answers, []):
                link.send(json.dumps(message) if isinstance(message, dict) else message)

        server = serve(answer, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        started.append(server)
        return f"ws://127.0.0.1:{server.socket.getsockname()[1]}/ecg"

    yield start
    for server in started:
        server.shutdown()


OPEN = {"stream": "bed 1", "fs": 250, "leads": ["II"]}


def test_messages_come_and_a_lost_link_is_made_again(serving, monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.05)
    first = [OPEN, {"stream": "bed 1", "sample": 0, "values": [0.1, 0.2]}]
    second = [{**OPEN, "sample": 2, "values": [0.3]}]
    with collecting(WebSocketSource(serving([first, second]))) as found:
        found.wait_for(lambda f: f.n_samples == 3)
        assert found.of(LinkLost)
    assert found.errors == []
    assert found.signal[:, 0].tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_nonsense_is_refused_with_the_reason(serving):
    with collecting(WebSocketSource(serving([["hello"]]))) as found:
        found.wait_for(lambda f: f.errors)
    assert "no JSON" in str(found.errors[0])


def test_a_sender_of_streams_that_sends_nonsense_is_called_again(serving):
    first = [OPEN, {"stream": "bed 1", "sample": 0, "values": [0.1, 0.2]}, "hello"]
    second = [{**OPEN, "sample": 2, "values": [0.3]}]
    with collecting(WebSocketSource(serving([first, second]))) as found:
        found.wait_for(lambda f: f.n_samples == 3)
    (ended,) = found.of(StreamEnded)
    assert "no JSON" in ended.reason
    assert found.errors == []
