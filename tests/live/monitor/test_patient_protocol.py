import asyncio
import contextlib
import json
import socket
import time
from urllib.parse import urlsplit

import pytest
import requests
from websockets.sync.client import connect

from ecg_anomaly.live.monitor import patient_protocol
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer

HEAD = b"GET /static/monitor.css HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(patient_protocol, "REQUEST_S", 0.3)
    monkeypatch.setattr(patient_protocol, "BODY_S", 0.3)
    with MonitorServer(MonitorFeed(), port=0) as server:
        yield server


def is_closed(link, patience_s=3.0):
    """Whether the server closes a link, whatever it says before."""
    link.settimeout(patience_s)
    with contextlib.suppress(ConnectionError):
        while link.recv(65536):
            pass
    return True


def open_link(server):
    return socket.create_connection(("127.0.0.1", urlsplit(server.url).port), 5)


@pytest.mark.parametrize("begin", [b"", HEAD[:7], HEAD, HEAD + b"\r\n" + HEAD[:20]])
def test_a_request_that_does_not_come_closes_the_connection(server, begin):
    with open_link(server) as link:
        link.sendall(begin)
        assert is_closed(link)


def test_a_body_that_does_not_come_ends_the_request(server):
    with open_link(server) as link:
        head = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\ntoken="
        link.sendall(head)
        assert is_closed(link)


def test_others_do_not_notice_and_a_websocket_stays(server):
    links = [open_link(server) for _ in range(50)]
    with connect(server.url.replace("http", "ws") + "ws", origin=server.url.strip("/")) as page:
        assert requests.get(server.url, timeout=5).ok
        deadline = time.monotonic() + 1.2
        while time.monotonic() < deadline:
            assert json.loads(page.recv(timeout=3))["type"] == "update"
    for link in links:
        link.close()


def test_a_body_that_comes_byte_by_byte_ends_all_the_same(monkeypatch):
    monkeypatch.setattr(patient_protocol, "BODY_S", 0.3)
    got = []

    async def read_body(_scope, receive, _send):
        while len(got) < 20 and (not got or got[-1].get("more_body")):
            got.append(await receive())

    async def one_byte_now_and_then():
        await asyncio.sleep(0.1)
        return {"type": "http.request", "body": b"a", "more_body": True}

    app = patient_protocol.BodyPatience(read_body)
    asyncio.run(app({"type": "http"}, one_byte_now_and_then, None))
    assert got[-1] == {"type": "http.disconnect"}
    assert len(got) <= 4
