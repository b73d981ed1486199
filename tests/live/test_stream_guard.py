import numpy as np
import pytest

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.stream_guard import MOST_AT_ONCE_S, StreamGuard
from toy_ecg import make_ecg, steady

FS = 100.0


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_stream_at_its_rate_may_come_for_ever_and_catch_up_after_a_loss():
    clock = Clock()
    guard = StreamGuard(FS, True, clock)
    piece = np.zeros((100, 1), np.float32)
    for _ in range(5000):
        clock.now += 1
        guard.check(piece)
    clock.now += 300
    for _ in range(300):
        guard.check(piece)


def test_a_stream_that_is_too_fast_is_absurd_unless_it_is_held_back():
    clock, piece = Clock(), np.zeros((100, 1), np.float32)
    held_back, paced = StreamGuard(FS, False, clock), StreamGuard(FS, True, clock)
    for _ in range(round(MOST_AT_ONCE_S)):
        paced.check(piece)
    with pytest.raises(AbsurdStream, match="4 times"):
        paced.check(piece)
    for _ in range(5000):
        held_back.check(piece)


@pytest.mark.parametrize("scale", [1000.0, 1e6])
def test_a_wrong_unit_is_told_within_seconds(scale):
    signal = make_ecg(steady(1, 30), 30) * np.float32(scale)
    signal += np.sin(np.arange(3000) / 50)[:, None].astype(np.float32) * np.float32(0.1 * scale)
    guard = StreamGuard(FS, True, Clock())
    for at in range(0, 1480, 20):
        guard.check(signal[at : at + 20])
    with pytest.raises(AbsurdStream, match="state the unit"):
        guard.check(signal[1480:1500])


def test_large_artefacts_and_offsets_are_no_wrong_unit():
    signal = make_ecg(steady(1, 30), 30) + np.float32(300)
    signal[500:900] = np.random.default_rng(0).normal(0, 200, (400, 1))
    signal[1000:1010] = np.nan
    guard = StreamGuard(FS, True, Clock())
    for at in range(0, 3000, 20):
        guard.check(signal[at : at + 20])


def test_a_gap_may_be_as_long_as_the_silence_before_it():
    clock, piece = Clock(), np.zeros((1000, 1), np.float32)
    guard = StreamGuard(FS, True, clock)
    clock.now += 3000
    for _ in range(300):
        guard.check(piece)
    for _ in range(900):
        guard.check(piece)
    with pytest.raises(AbsurdStream, match="4 times"):
        guard.check(piece)
