import json

import pytest
import toy_messages as toy
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from ecg_anomaly.live.monitor.browser_link import MOST_CHARACTERS, MOST_WATCHED
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitor.monitor_server import MonitorServer

ACKNOWLEDGE = json.dumps({"type": "acknowledge", "key": "a1"})


@pytest.fixture(scope="module")
def feed():
    return MonitorFeed()


@pytest.fixture(scope="module")
def address(feed):
    with MonitorServer(feed, port=0) as server:
        yield server.url.replace("http", "ws") + "ws"


def receive_until(browser: ClientConnection, part: str) -> dict:
    """Return the first patient of an update that has a part."""
    while True:
        for patient in json.loads(browser.recv(timeout=5))["patients"]:
            if part in patient:
                return patient


def closing(browser: ClientConnection) -> tuple[int, str]:
    with pytest.raises(ConnectionClosed) as closed:
        list(iter(lambda: browser.recv(timeout=5), None))
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


def test_a_browser_gets_the_state_and_then_what_is_new(feed, address):
    feed.publish(toy.patient())
    feed.publish(toy.signal(0))
    with connect(address) as browser:
        assert receive_until(browser, "info")["info"]["name"] == "Bed p1"
        browser.send(json.dumps({"type": "watch", "patients": ["p1"], "detail": ""}))
        assert receive_until(browser, "signal")["signal"]["sample"] == 0
        feed.publish(toy.signal(1))
        assert receive_until(browser, "signal")["signal"]["sample"] == 100


def test_without_news_it_still_hears_that_the_server_is_there(address):
    with connect(address) as browser:
        browser.recv(timeout=5)
        assert json.loads(browser.recv(timeout=5))["type"] == "update"


def test_an_acknowledgement_reaches_the_engine(feed, address):
    heard: list[str] = []
    feed.on_acknowledge = heard.append
    feed.publish(toy.alarm("a1"))
    with connect(address) as browser:
        browser.send(ACKNOWLEDGE)
        feed.publish(toy.alarm("a2"))
        while "a2" not in json.dumps(receive_until(browser, "alarms")):
            pass
        browser.recv(timeout=5)
    assert heard == ["a1"]


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "1e999", "[" * 20_000, '{"type": "song"}', '{"type": "acknowledge"}',
        '{"type": "acknowledge", "key": 3}',
        json.dumps({"type": "acknowledge", "key": "k" * 1000}),
        json.dumps({"type": "watch", "patients": "p1"}),
        json.dumps({"type": "watch", "patients": [1]}),
        json.dumps({"type": "watch", "patients": ["p"] * (MOST_WATCHED + 1)}),
        json.dumps({"type": "watch", "patients": [], "detail": None}),
        "x" * (MOST_CHARACTERS + 1),
    ],
)  # fmt: skip
def test_what_is_no_message_of_the_page_ends_the_connection(address, text):
    with connect(address) as browser:
        browser.send(text)
        assert closing(browser) == (1008, "not a message of this page")


def test_a_message_of_a_megabyte_is_refused_before_it_is_read(address):
    with connect(address) as browser:
        browser.send("x" * 2**20)
        assert closing(browser)[0] == 1009


def test_bytes_end_the_connection_without_a_traceback(address, caplog):
    with connect(address) as browser:
        browser.send(b"\x00\xff")
        assert closing(browser)[0] == 1008
    assert "Traceback" not in caplog.text


def test_a_flood_of_messages_ends_the_connection(address):
    with connect(address) as browser:
        with pytest.raises(ConnectionClosed):
            list(map(browser.send, [ACKNOWLEDGE] * 10_000))
        assert closing(browser) == (1008, "too many messages")


def test_others_do_not_notice_a_browser_that_does_not_read(feed, address):
    with (
        connect(address, max_queue=1, close_timeout=0.1) as asleep,
        connect(address) as awake,
    ):
        asleep.send(json.dumps({"type": "watch", "patients": [], "detail": "p1"}))
        for second in range(2, 40):
            feed.publish(toy.signal(second))
        feed.publish(toy.alarm("late"))
        while "late" not in json.dumps(receive_until(awake, "alarms")):
            pass
