import threading
from multiprocessing import Pipe

from ecg_anomaly.live.sources.source import StreamEnded
from ecg_anomaly.live.workers.messages import Kept
from ecg_anomaly.live.workers.received_sources import (
    ReceivedSources,
    RemoteSource,
    SourceTraits,
)

TRAITS = [SourceTraits("mqtt://broker", False, True), SourceTraits("replay:a", True, False)]


def open_sources():
    theirs, ours = Pipe(duplex=False)
    told, found = [], []
    sources = [RemoteSource(place, traits, told.append) for place, traits in enumerate(TRAITS)]
    received = ReceivedSources(theirs, sources)
    received.pass_on = lambda *pair: found.append(pair)
    return received, sources, ours, told, found


def test_deliveries_are_those_of_their_sources():
    received, sources, pipe, _, found = open_sources()
    deliveries = [StreamEnded(f"bed {k}") for k in range(3)]
    pipe.send([(0, deliveries[0]), (1, deliveries[1])])
    pipe.send([(0, deliveries[2])])
    pipe.close()
    received.run(None, None, threading.Event())  # until the pipe is closed
    assert found == [
        (sources[0], deliveries[0]), (sources[1], deliveries[1]), (sources[0], deliveries[2]),
    ]  # fmt: skip
    assert [(s.name, s.waits, s.running) for s in sources] == [
        ("mqtt://broker", False, True), ("replay:a", True, False),
    ]  # fmt: skip


def test_it_ends_when_it_is_stopped():
    received, *_ = open_sources()
    stop = threading.Event()
    stop.set()
    received.run(None, None, stop)


def test_what_was_kept_is_told_with_the_place_of_the_source():
    _, sources, _, told, _ = open_sources()
    sources[1].keep("bed 1", "12")
    sources[0].keep("bed 2", "")  # nothing to go back to
    assert told == [Kept(1, "bed 1", "12")]
