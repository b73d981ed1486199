import threading
import time
from itertools import pairwise

from ecg_anomaly.live.sources import reconnecting
from ecg_anomaly.live.sources.reconnecting import keep_connected


def test_a_lost_link_is_tried_again_until_it_ends(monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.01)
    tries, said = [], []

    def connect():
        tries.append(1)
        if len(tries) < 4:
            raise ConnectionError(f"no {len(tries)}")

    keep_connected(connect, said.append, threading.Event())
    assert said == ["no 1", "no 2", "no 3"]


def test_it_waits_longer_each_time_and_stops_when_asked(monkeypatch):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.02)
    stop, times = threading.Event(), []

    def connect():
        times.append(time.monotonic())
        if len(times) == 4:
            stop.set()
        raise OSError

    keep_connected(connect, lambda _: None, stop)
    waits = [b - a for a, b in pairwise(times)]
    assert len(waits) == 3
    assert waits[0] >= 0.02
    assert waits[2] >= 0.08


def test_a_reason_is_short_and_never_empty():
    stop, said = threading.Event(), []

    def connect():
        stop.set()
        raise OSError("x" * 1000)

    keep_connected(connect, said.append, stop)
    assert len(said[0]) == 200


def test_a_server_that_is_not_there_is_a_warning_once(monkeypatch, caplog):
    monkeypatch.setattr(reconnecting, "FIRST_S", 0.01)
    stop, tries = threading.Event(), []

    def connect():
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        raise ConnectionRefusedError("refused")

    keep_connected(connect, lambda _: None, stop, name="tcp://bed:1")
    said = "note: tcp://bed:1: no link (refused); trying again until it is there"
    assert [r.getMessage() for r in caplog.records] == [said]
