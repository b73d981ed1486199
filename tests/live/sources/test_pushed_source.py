import threading

import pytest
from collecting import collecting
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer
from ecg_anomaly.live.sources.pushed_source import PushedSource
from ecg_anomaly.live.sources.source import LinkLost, StreamEnded

OPEN = '{"stream": "bed 1", "fs": 250, "leads": ["II"], "values": [0.1, 0.2]}'


def serve(source):
    routes = [WebSocketRoute("/streams", source.serve)]
    assert Starlette(routes=routes)
    return MonitorServer(MonitorFeed(), port=0, more=routes)


def address(server):
    return server.url.replace("http", "ws") + "streams"


def test_what_is_sent_comes_and_a_sender_that_leaves_is_a_lost_link():
    source = PushedSource()
    with serve(source) as server, collecting(source) as found:
        with connect(address(server)) as link:
            link.send(OPEN)
            found.wait_for(lambda f: f.n_samples == 2)
        found.wait_for(lambda f: f.of(LinkLost))
    assert found.of(LinkLost)[0].stream == "bed 1"


def test_a_sender_of_nonsense_is_closed_with_the_reason_and_the_others_go_on():
    source = PushedSource()
    with serve(source) as server, collecting(source) as found:
        good, bad = connect(address(server)), connect(address(server))
        good.send(OPEN)
        bad.send(OPEN.replace("bed 1", "bed 2"))
        bad.send("nonsense")
        with pytest.raises(ConnectionClosed) as closed:
            bad.recv(timeout=5)
        good.send(OPEN)
        found.wait_for(lambda f: f.n_samples == 6)
        good.close()
    assert "no JSON" in closed.value.rcvd.reason
    assert [e.stream for e in found.of(StreamEnded)] == ["bed 2"]
    assert threading.active_count() < 100
