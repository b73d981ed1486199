import threading
import time

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live import source_threads
from ecg_anomaly.live.commands import ACKNOWLEDGE, Command
from ecg_anomaly.live.source_threads import SourceThreads
from ecg_anomaly.live.sources.source import StreamEnded


class Source:
    name, waits, running = "a", True, True

    def __init__(self, n=0, error=None):
        self.n, self.error, self.sent = n, error, 0

    def run(self, deliver, resume, _stop):
        for k in range(self.n):
            deliver(StreamEnded(f"{resume('x')}{k}"))
            self.sent += 1
        if self.error:
            raise self.error


def take(threads, n):
    """Take n deliveries, in as many rounds as it needs."""
    found = []
    while len(found) < n and (waiting := threads.take_round(5)):
        found += [delivery for _, delivery in waiting]
    return found


def test_what_sources_deliver_comes_in_order_and_then_it_is_over():
    threads = SourceThreads([Source(3)], lambda stream: f"at {stream} ")
    threads.start()
    found = take(threads, 3)
    assert [delivery.stream for delivery in found] == ["at x 0", "at x 1", "at x 2"]
    assert threads.take_round(0.2) == []
    assert threads.over


def test_a_source_that_fails_says_why():
    error = UserError("a", "is gone", "bring it back")
    threads = SourceThreads([Source(0, error)], str)
    threads.start()
    assert take(threads, 1) == [error]


def test_a_source_waits_while_nobody_takes_and_ends_when_it_is_stopped(monkeypatch):
    monkeypatch.setattr(source_threads, "MOST_WAITING", 5)
    source = Source(1000)
    threads = SourceThreads([source], str)
    threads.start()
    time.sleep(0.3)
    assert source.sent == threads.n_waiting == 5
    threads.stop()
    deadline = time.monotonic() + 5
    while source.sent < 1000 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert source.sent == 1000
    assert threads.stopped
    assert threading.active_count() < 100


def test_a_command_goes_before_all_that_waits_and_waits_for_nobody(monkeypatch):
    monkeypatch.setattr(source_threads, "MOST_WAITING", 5)
    monkeypatch.setattr(source_threads, "MOST_COMMANDS", 2)
    threads = SourceThreads([Source(1000)], str)
    threads.start()
    time.sleep(0.2)
    for key in "abc":  # the queue of deliveries is full, and there is place for two
        threads.command(Command(ACKNOWLEDGE, key))
    found = take(threads, 3)
    assert [command.about for command in found[:2]] == ["a", "b"]
    assert found[2].stream == "x0"
    threads.stop()


def test_a_source_with_a_defect_is_told_of_too(monkeypatch):
    shown = []
    monkeypatch.setattr(threading, "excepthook", lambda found: shown.append(found.exc_type))
    threads = SourceThreads([Source(0, RuntimeError("no such thing"))], str)
    threads.start()
    (error,) = take(threads, 1)
    assert isinstance(error, UserError)
    assert "failed (RuntimeError: no such thing)" in str(error)
    threads._threads[0].join(5)
    assert shown == [RuntimeError]  # with its traceback


def test_rounds_are_apart_so_that_what_comes_meanwhile_is_taken_together():
    source = Source(6)
    source.run = lambda deliver, *_: [
        (deliver(StreamEnded(str(k))), time.sleep(0.01)) for k in range(6)
    ]
    threads = SourceThreads([source], str)
    threads.start()
    begun, rounds = time.monotonic(), []
    while sum(map(len, rounds)) < 6:
        rounds.append(threads.take_round(5))
    assert len(rounds[0]) == 1  # after a silence at once
    assert len(rounds) < 6
    assert time.monotonic() - begun >= source_threads.ROUND_S * (len(rounds) - 1)


def test_nothing_waits_while_sources_have_to(monkeypatch):
    monkeypatch.setattr(source_threads, "MOST_WAITING", 4)
    threads = SourceThreads([Source(50)], str)
    threads.start()
    assert take(threads, 1)
    while threads.n_waiting < 4:
        time.sleep(0.01)
    monkeypatch.setattr(source_threads, "ROUND_S", 60.0)
    begun = time.monotonic()
    assert len(threads.take_round(5)) >= 4
    assert time.monotonic() - begun < 30
    threads.stop()
