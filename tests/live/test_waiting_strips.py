import numpy as np
import pytest
from test_admitted_stream import BEATS, admit, blocks

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.sources.source import SampleBlock
from ecg_anomaly.live.waiting_strips import WaitingStrips
from toy_ecg import make_ecg


class Store:
    """Takes strips, or fails."""

    def __init__(self, fails=False):
        self.strips, self.fails = [], fails

    def keep_strip(self, *strip):
        if self.fails:
            raise UserError("live.sqlite", "failed (disk full)", "see that it can be used")
        self.strips.append(strip)


def grow(strips, stream, parts):
    events = []
    for part in parts:
        events += (new := stream.take(part))
        strips.grow(stream, new)
    return next(e for e in events if e.kind == "alarm.asystole.raised")


def test_a_strip_is_cut_while_its_signal_is_there():
    strips, stream, store = WaitingStrips(AlarmSettings()), admit(), Store()
    quiet = np.zeros((20, 1), np.float32)
    later = [SampleBlock("bed 1", quiet, k, str(k)) for k in range(3100, 12_000, 20)]
    alarm = grow(strips, stream, [*blocks(), *later])  # minutes, before anything is kept
    strips.keep(store)
    (found,) = [strip for strip in store.strips if strip[0] == alarm.said["key"]]
    _, _, start, fs, leads, signal = found
    assert (start, fs, leads) == (alarm.sample - 800, 100.0, ("II",))
    expected = make_ecg(BEATS, 31)[start : alarm.sample + 400]
    np.testing.assert_array_equal(signal, expected)


def test_the_strip_of_a_stream_that_ends_is_as_long_as_its_signal():
    strips, stream, store = WaitingStrips(AlarmSettings()), admit(), Store()
    parts = blocks()
    alarm = grow(strips, stream, parts[: next(k for k in range(150) if k * 20 > 2100)])
    strips.keep(store)
    store.strips.clear()
    strips.finish(stream)
    strips.keep(store)
    _, _, start, _, _, signal = store.strips[-1]
    assert start + len(signal) == stream.patient.memory.n_samples < alarm.sample + 400


def test_what_cannot_be_kept_waits_for_the_next_time():
    strips, stream, store = WaitingStrips(AlarmSettings()), admit(), Store()
    grow(strips, stream, blocks())
    with pytest.raises(UserError):
        strips.keep(Store(fails=True))
    for _ in range(2):
        strips.keep(store)
    assert len(store.strips) >= 1
    assert len({strip[0] for strip in store.strips}) == len(store.strips)
