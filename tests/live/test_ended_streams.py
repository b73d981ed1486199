import pytest
from test_admitted_stream import BEATS, admit

from ecg_anomaly.live import ended_streams
from ecg_anomaly.live.ended_streams import SHOWN_S, EndedStreams
from ecg_anomaly.live.sources.source import SampleBlock
from toy_ecg import make_ecg


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ended(clock):
    return EndedStreams(clock)


def with_asystole():
    stream = admit()
    stream.take(SampleBlock("bed 1", make_ecg(BEATS, 31)[:2300], 0))
    stream.finish("")
    return stream


def test_a_stream_without_an_alarm_is_shown_for_a_minute(ended, clock):
    stream = admit()
    ended.add(stream)
    assert stream.over
    clock.now_s = SHOWN_S - 1
    assert ended.take_gone() == []
    clock.now_s = SHOWN_S
    assert ended.take_gone() == ["bed 1"]
    assert list(ended) == []
    assert ended.take_gone() == []


def test_a_critical_alarm_that_nobody_has_seen_keeps_it(ended, clock):
    stream = with_asystole()
    ended.add(stream)
    clock.now_s = 10 * SHOWN_S
    assert ended.take_gone() == []
    assert ended.waiting("bed 1") == [stream]
    alarms = list(stream.patient.alarms.open.values())
    assert ("asystole", "latched") in [(alarm.kind, alarm.state) for alarm in alarms]
    for alarm in alarms:
        stream.patient.alarms.acknowledge(alarm.key, stream.patient.now_s)
    assert ended.waiting("bed 1") == []
    assert ended.take_gone() == ["bed 1"]


def test_a_name_goes_when_its_last_run_does(ended, clock):
    ended.add(with_asystole())
    ended.add(admit())
    clock.now_s = 2 * SHOWN_S
    assert ended.take_gone() == []
    assert len(list(ended)) == 1


def test_there_is_an_end_to_how_many(ended, monkeypatch):
    monkeypatch.setattr(ended_streams, "MOST_SHOWN", 3)
    for _ in range(5):
        ended.add(with_asystole())
    ended.take_gone()
    assert len(list(ended)) == 3


def test_an_open_alarm_outlasts_later_streams_without_one(ended, monkeypatch):
    monkeypatch.setattr(ended_streams, "MOST_SHOWN", 2)
    alarming = with_asystole()
    ended.add(alarming)
    quiet = [admit() for _ in range(3)]
    for stream in quiet:
        ended.add(stream)
    ended.take_gone()
    assert list(ended) == [alarming, quiet[-1]]
