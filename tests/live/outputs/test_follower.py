import threading
import time
from contextlib import ExitStack

import pytest

from ecg_anomaly.live.events import Event
from ecg_anomaly.live.outputs import follower
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.outputs.follower import Follower, OutputFailed


class Taken:
    """Takes events; fails as often as it is told, and takes some of them at a time."""

    name = "taken"

    def __init__(self, failures=0, at_once=100):
        self.rows, self.failures, self.at_once, self.closed = [], failures, at_once, False

    def send(self, rows):
        if self.failures:
            self.failures -= 1
            raise OutputFailed("not now")
        self.rows += rows[: self.at_once]
        return len(rows[: self.at_once])

    def close(self):
        self.closed = True


class Slow(Taken):
    """Does not answer for a while, as a server that is not there."""

    def send(self, _rows):
        time.sleep(1.0)
        raise OutputFailed("not now")


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(follower, "TRY_S", 0.02)
    store = EventStore(str(tmp_path / "live.sqlite"))
    yield store
    store.close()


def keep(store, *samples):
    store.keep([Event("a", k, "beat", k / 100, {}, 1) for k in samples])


def samples(output):
    return [row["sample"] for row in output.rows]


def test_a_new_output_is_given_what_comes_from_now_on(store):
    keep(store, 1, 2)
    output = Taken()
    with Follower(store, output, print):
        keep(store, 3, 4)
    assert samples(output) == [3, 4]
    assert output.closed


def test_of_several_that_are_stopped_none_waits_for_another(store):
    with ExitStack() as stack:
        followers = [Follower(store, Slow(), print) for _ in range(6)]
        for follower in followers:
            stack.enter_context(follower)
        for follower in followers:
            stack.callback(follower.stop)
        keep(store, 1)
        time.sleep(0.3)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3.0


def test_while_it_fails_events_wait_and_that_is_said_once(store):
    said, output = [], Taken(failures=5, at_once=1)
    with Follower(store, output, said.append):
        keep(store, *range(6))
        deadline = time.monotonic() + 10
        while len(output.rows) < 6 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert samples(output) == list(range(6))
    assert said == ["error: taken: not now; events wait in the store"]


def test_after_a_restart_it_goes_on(store):
    with Follower(store, Taken(), print):
        keep(store, 1)
    keep(store, 2)
    again = Taken()
    with Follower(store, again, print):
        pass
    assert samples(again) == [2]
    assert threading.active_count() < 50
