import threading
from multiprocessing import Pipe

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.live.source_threads import MOST_WAITING
from ecg_anomaly.live.sources.source import StreamEnded, StreamOpened
from ecg_anomaly.live.workers import stream_senders
from ecg_anomaly.live.workers.stream_senders import StreamSenders, StreamShares


def opened(stream):
    return StreamOpened(stream, 100.0, ("II",))


@given(st.lists(st.text(max_size=2)), st.integers(1, 8), st.integers(1, 9))
def test_a_stream_always_has_the_same_worker(streams, n, most):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_senders, "MOST_REMEMBERED", most)
        shares, before = StreamShares(n), {}
        for stream in streams:
            for delivery in (opened(stream), StreamEnded(stream)):
                worker = shares.choose(delivery)
                assert 0 <= worker < n
                assert worker == before.setdefault(stream, worker)


def test_open_streams_are_spread_evenly():
    shares = StreamShares(3)
    workers = [shares.choose(opened(f"bed {k}")) for k in range(9)]
    assert sorted(workers) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    for k in (1, 4):
        assert shares.choose(StreamEnded(f"bed {k}")) == workers[1]
    assert [shares.choose(opened(f"bed {k}")) for k in (9, 10)] == [workers[1]] * 2


def open_senders(n):
    pipes = [Pipe(duplex=False) for _ in range(n)]
    stop = threading.Event()
    senders = StreamSenders([ours for _, ours in pipes], stop)
    senders.start()
    return senders, [theirs for theirs, _ in pipes], stop


def receive(pipe, n):
    found = []
    while len(found) < n:
        assert pipe.poll(10)
        found += pipe.recv()
    return found


def test_each_worker_gets_its_streams_in_order_with_their_sources():
    senders, pipes, _ = open_senders(3)
    given_to, shares = {k: [] for k in range(3)}, StreamShares(3)
    for k in range(7):
        for chooses in (shares.choose, lambda d: senders.deliver(0, d)):
            chooses(opened(f"bed {k}"))
        given_to[shares.choose(opened(f"bed {k}"))].append((0, opened(f"bed {k}")))
    for number in range(300):
        source, delivery = number % 2, StreamEnded(f"bed {number % 7}", str(number))
        senders.deliver(source, delivery)
        given_to[shares.choose(delivery)].append((source, delivery))
    senders.close()
    for k, pipe in enumerate(pipes):
        assert receive(pipe, len(given_to[k])) == given_to[k]


def test_a_worker_that_is_behind_holds_its_sources_back_until_it_is_stopped():
    senders, _, stop = open_senders(1)
    sent = 0

    def send():
        nonlocal sent
        for number in range(30 * MOST_WAITING):
            senders.deliver(0, StreamEnded("bed 1", f"{number:200d}"))
            sent += 1

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(1.5)
    assert thread.is_alive()  # nobody reads the pipe
    assert 0 < sent < 4 * MOST_WAITING
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_worker_that_has_gone_is_no_error():
    senders, (pipe,), stop = open_senders(1)
    pipe.close()
    senders.deliver(0, StreamEnded("bed 1"))
    stop.set()
    senders.close()
