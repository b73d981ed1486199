from types import SimpleNamespace

import numpy as np
import pytest
from test_admitted_stream import BEATS, admit, blocks, watch

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.outputs.event_store import EventStore
from ecg_anomaly.live.sources.source import SampleBlock
from toy_ecg import make_ecg


@pytest.fixture
def store(tmp_path):
    store = EventStore(str(tmp_path / "live.sqlite"))
    yield store
    store.close()


@pytest.fixture
def said():
    return []


def make_keeper(store, said, maker="maker", every_s=0.0):
    return Keeper(store, maker, AlarmSettings(), every_s, said.append)


def missed(keeper):
    rows = []
    keeper.print_missed(rows.extend)
    return rows


def run(keeper, parts, stream, keep_every=0):
    keeper.admit(stream)
    printed = []
    for number, part in enumerate(parts, 1):
        keeper.pass_on(keeper.keep([(stream, stream.take(part))]), printed.extend)
        if keep_every and number % keep_every == 0:
            keeper.keep_due({"bed 1": stream})
    return printed


@pytest.mark.parametrize("cut", [40, 99, 121])
def test_after_a_kill_no_event_comes_twice_and_none_is_lost(store, said, cut):
    parts = blocks()
    first = run(make_keeper(store, said), parts[:cut], admit(), keep_every=17)
    keeper, stream = make_keeper(store, said), admit()  # killed, started again
    start = int(keeper.resume("bed 1")) // 20 + 1
    assert start <= cut
    assert missed(keeper) == []
    second = run(keeper, parts[start:], stream)
    second += keeper.keep([(stream, stream.finish(""))])
    keys = [e.key for e in first + second if e.group not in ("technical", "stream")]
    assert keys == watch(parts)


def test_what_was_kept_and_not_printed_is_printed_after_the_restart(store, said):
    keeper, stream = make_keeper(store, said), admit()
    keeper.admit(stream)
    kept = [e for part in blocks() for e in keeper.keep([(stream, stream.take(part))])]
    rows = missed(make_keeper(store, said))
    assert [(r["sample"], r["kind"]) for r in rows] == [(e.sample, e.kind) for e in kept]
    assert missed(make_keeper(store, said)) == []


def test_the_strip_of_an_alarm_is_kept(store, said):
    keeper, stream = make_keeper(store, said), admit()
    events = run(keeper, blocks(), stream)
    raised = [e for e in events if e.kind == "alarm.asystole.raised"]
    ((sample, fs, leads, signal),) = store.strips(raised[0].said["key"])
    assert (sample, len(signal) / fs, leads) == (raised[0].sample - 800, 12.0, ["II"])


def test_a_strip_is_whole_when_minutes_of_signal_come_in_one_round(store, said):
    keeper, stream = make_keeper(store, said), admit()
    keeper.admit(stream)
    quiet = np.zeros((20, 1), np.float32)
    later = [SampleBlock("bed 1", quiet, k, str(k)) for k in range(3100, 12_000, 20)]
    events = keeper.keep((stream, stream.take(part)) for part in [*blocks(), *later])
    at = next(e for e in events if e.kind == "alarm.asystole.raised")
    (strip, *_) = store.strips(at.said["key"])
    assert strip[0] == at.sample - 800
    np.testing.assert_array_equal(strip[3], make_ecg(BEATS, 31)[at.sample - 800 : at.sample + 400])


def test_a_strip_that_was_not_whole_at_a_kill_is_kept_after_the_restart(store, said):
    parts, keeper, stream = blocks(), make_keeper(store, said), admit()
    keeper.admit(stream)
    events, n = [], 0
    while not (raised := [e for e in events if e.kind == "alarm.asystole.raised"]):
        events += keeper.keep([(stream, stream.take(parts[n]))])
        n += 1
    key = raised[0].said["key"]
    keeper.keep_due({"bed 1": stream})  # though the strip lacks its end: none may ever come
    assert int(make_keeper(store, said).resume("bed 1")) // 20 == n - 1
    assert store.strips(key) == []
    run(make_keeper(store, said), parts[n:], admit())
    ((sample, fs, _, signal),) = store.strips(key)
    assert (sample, len(signal) / fs) == (raised[0].sample - 800, 12.0)


def test_another_detector_starts_anew(store, said):
    run(make_keeper(store, said), blocks()[:50], admit(), keep_every=10)
    assert make_keeper(store, said).resume("bed 1")
    assert make_keeper(store, said, "another").resume("bed 1") == ""


def test_a_source_is_told_what_was_kept(store, said):
    stream, told = admit(), []
    stream.source = SimpleNamespace(waits=True, keep=lambda *pair: told.append(pair))
    run(make_keeper(store, said), blocks()[:20], stream, keep_every=10)
    assert told == [("bed 1", "180"), ("bed 1", "380")]


def test_a_stream_without_new_samples_is_not_kept_again(store, said, monkeypatch):
    keeper, stream = make_keeper(store, said), admit()
    run(keeper, blocks()[:20], stream, keep_every=20)
    kept = []
    monkeypatch.setattr(store, "keep_snapshot", lambda *words: kept.append(words))
    keeper.keep_due({"bed 1": stream}, all_of_them=True)
    assert kept == []
    stream.take(blocks()[20])
    keeper.keep_due({"bed 1": stream}, all_of_them=True)
    assert len(kept) == 1


def test_many_streams_are_kept_in_turn_and_nobody_waits_for_all(store, said, monkeypatch):
    kept, clock = [], [1000.0]
    monkeypatch.setattr("ecg_anomaly.live.keeper.time.monotonic", lambda: clock[0])
    keeper = make_keeper(store, said)

    def take_time(name, *_):
        kept.append(name)
        clock[0] += 0.02

    monkeypatch.setattr(store, "keep_snapshot", take_time)
    streams = {
        f"bed {k}": SimpleNamespace(
            name=f"bed {k}", run=0, kept=0.0, kept_next=0, snapshot=bytes,
            clock=SimpleNamespace(next=5, position=""),
            source=SimpleNamespace(keep=lambda *_: None),
        )
        for k in range(40)
    }  # fmt: skip
    longest, looks = 0.0, 0
    while len(kept) < 40:
        begun, looks = clock[0], looks + 1
        keeper.keep_due(streams)
        longest = max(longest, clock[0] - begun)
        clock[0] += 0.1
    assert sorted(kept) == sorted(streams)  # each once, before any comes again
    assert longest <= 0.07
    assert 0.13 * (looks * 0.1 + 0.8) >= 40 * 0.02
    keeper.keep_due(streams, all_of_them=True)
    assert len(kept) == 40  # nothing has come since


def test_a_full_disk_is_said_once_and_monitoring_goes_on(store, said, monkeypatch):
    def full(*_):
        raise UserError("live.sqlite", "failed (database or disk is full)", "free space")

    keeper, stream = make_keeper(store, said), admit()
    keeper.admit(stream)
    for name in ("keep", "keep_snapshot", "passed_on", "keep_strip"):
        monkeypatch.setattr(store, name, full)
    events = []
    for part in blocks():
        keeper.pass_on(keeper.keep([(stream, stream.take(part))]), events.extend)
        keeper.keep_due({"bed 1": stream})
    assert [e.key for e in events if e.group == "beat"] == [
        key for key in watch(blocks()) if key[2] == "beat"
    ]
    assert len(said) == 1
    assert "disk is full" in said[0]
