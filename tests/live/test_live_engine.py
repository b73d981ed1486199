import time

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live import ended_streams, stream_register
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.commands import ACKNOWLEDGE, Command
from ecg_anomaly.live.display import Display
from ecg_anomaly.live.event_passing import MOST_REFUSED
from ecg_anomaly.live.live_engine import LiveEngine
from ecg_anomaly.live.sources.source import (
    LinkLost,
    SampleBlock,
    StreamEnded,
    StreamMoved,
    StreamOpened,
)
from toy_ecg import FS, ToyBeats, make_ecg, steady


class ListSource:
    """Delivers a list."""

    name, waits, running = "list", True, False

    def keep(self, stream, position):
        pass

    def __init__(self, deliveries, error=None):
        self._deliveries, self._error = deliveries, error

    def run(self, deliver, _resume, _stop):
        for delivery in self._deliveries:
            deliver(delivery)
        if self._error:
            raise self._error


def blocks_of(stream, signal, size=20):
    yield StreamOpened(stream, FS, ("II",))
    for at in range(0, len(signal), size):
        yield SampleBlock(stream, signal[at : at + size], at, str(at + size))
    yield StreamEnded(stream)


def run(*sources):
    events = []
    failed = LiveEngine(sources, ToyBeats, FindingLimits(), AlarmSettings(), events.extend).run()
    return events, failed


def test_streams_of_several_sources_are_monitored_at_once():
    signal = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 13)
    events, failed = run(*(ListSource(blocks_of(f"bed {k}", signal)) for k in range(3)))
    assert failed == []
    for k in range(3):
        kinds = [e.kind for e in events if e.stream == f"bed {k}"]
        assert kinds[0] == "stream.opened"
        assert kinds[-1] == "stream.ended"
        assert kinds.count("beat") == 1


def test_a_source_that_fails_leaves_the_others_alone():
    signal = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 13)
    error = UserError("x", "is gone", "bring it back")
    events, failed = run(ListSource(blocks_of("a", signal)), ListSource([], error))
    assert failed == [error]
    assert [e.kind for e in events].count("beat") == 1


def test_an_absurd_stream_is_closed_with_the_reason_and_the_others_go_on():
    signal = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 13)
    good, bad = list(blocks_of("good", signal)), list(blocks_of("bad", signal))
    bad[30] = SampleBlock("bad", np.zeros((5, 3), np.float32), 580)
    mixed = [delivery for pair in zip(good, bad, strict=True) for delivery in pair]
    events, failed = run(ListSource(mixed))
    assert failed == []
    ended = {e.stream: e.said["reason"] for e in events if e.kind == "stream.ended"}
    assert ended == {"good": "", "bad": "samples of 3 leads, not 1"}
    assert [e.stream for e in events if e.kind == "beat"] == ["good"]


def test_a_stream_whose_beats_cannot_be_scored_is_closed_alone():
    class Refusing(ToyBeats):
        def push(self, _signal):
            raise UserError("bed", "gives no finite score", "take another detector")

    def make(fs, leads, name):
        return (Refusing if name == "bad" else ToyBeats)(fs, leads, name)

    signal, events = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 13), []
    sources = [ListSource(blocks_of(name, signal)) for name in ("good", "bad")]
    engine = LiveEngine(sources, make, FindingLimits(), AlarmSettings(), events.extend)
    assert engine.run() == []
    ended = {e.stream: e.said["reason"] for e in events if e.kind == "stream.ended"}
    assert "no finite score" in ended["bad"]
    assert ended["good"] == ""


def test_a_stream_that_another_process_reads_now_is_left_without_an_end():
    signal = make_ecg(steady(1, 8), 9)
    first = list(blocks_of("a", signal))[:20]
    events, failed = run(ListSource([*first, StreamMoved("a"), *first[1:]]))
    assert failed == []
    assert [e.kind for e in events if e.group == "stream"] == ["stream.opened"]


class Page:
    """A feed of the page that writes down what it gets."""

    def __init__(self):
        self.messages = []

    def publish(self, message):
        self.messages.append(message)

    def is_watched(self, _):
        return False

    def of(self, kind):
        return [m for m in self.messages if m["type"] == kind]


class SlowEnd(ListSource):
    """Delivers its list and waits a little, as a source does that other streams come from."""

    def run(self, deliver, resume, stop):
        super().run(deliver, resume, stop)
        time.sleep(0.6)


@pytest.mark.parametrize("heart_stops", [False, True])
def test_a_stream_that_has_ended_leaves_the_page_when_its_alarms_are_seen(heart_stops, monkeypatch):
    monkeypatch.setattr(ended_streams, "SHOWN_S", 0.1)
    signal, page = make_ecg(steady(1, 8), 16 if heart_stops else 9), Page()
    source = SlowEnd(blocks_of("a", signal))
    engine = LiveEngine([source], ToyBeats, FindingLimits(), AlarmSettings(), lambda _: None)
    engine.passing.display = Display(page)
    engine.run()
    assert [m["ended"] for m in page.of("status") if "ended" in m] == ["has ended"]
    assert len(page.of("removed")) == (not heart_stops)
    for alarm in page.of("alarm")[-1:]:
        engine._handle(None, Command(ACKNOWLEDGE, alarm["alarm"]["key"]))
        assert page.of("alarm")[-1]["alarm"]["state"] == "over"
        engine._look_at_the_clock()
        assert page.of("removed") == [{"type": "removed", "id": "a"}]


def test_a_lost_link_is_said():
    opened = StreamOpened("a", FS, ("II",))
    events, _ = run(ListSource([opened, LinkLost("a", "no answer")]))
    assert events[-1].kind == "alarm.link_lost.raised"
    assert events[-1].said["text"] == "no answer"


def test_samples_of_an_unknown_stream_are_no_harm_and_a_broker_need_not_keep_them():
    kept, source = [], ListSource([SampleBlock("?", np.zeros((5, 1), np.float32), 0, "7")])
    source.keep = lambda *pair: kept.append(pair)
    events, failed = run(source)
    assert (events, failed) == ([], [])
    assert kept == [("?", "7")]


def test_what_is_refused_is_said_and_not_a_hundred_thousand_times():
    names = [StreamEnded(f"bed {k}", "sends a message that is no JSON") for k in range(500)]
    events, _ = run(ListSource([StreamOpened("wide", 1e5, ("II",) * 64), *names]))
    assert {event.kind for event in events} == {"stream.refused"}
    assert "values a second" in events[0].said["reason"]
    assert len(events) == MOST_REFUSED


def test_a_closed_stream_that_goes_on_to_send_is_monitored_again(monkeypatch):
    monkeypatch.setattr(stream_register, "CLOSED_S", 0.0)
    signal = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 13)
    blocks = list(blocks_of("a", signal))
    bad = SampleBlock("a", np.zeros((5, 3), np.float32), 100)
    events, _ = run(ListSource([blocks[0], *blocks[1:6], bad, *blocks[1:]]))
    assert [e.kind for e in events if e.group == "stream"] == [
        "stream.opened", "stream.ended", "stream.opened", "stream.ended",
    ]  # fmt: skip
    assert [e.kind for e in events].count("beat") == 1
