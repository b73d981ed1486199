import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.live.sample_clock import AbsurdStream, SampleClock
from ecg_anomaly.live.sources.source import SampleBlock

FS = 100.0
SIGNAL = np.arange(4000, dtype=np.float32)[:, None]


def block(start, n, number=None):
    return SampleBlock("a", SIGNAL[start : start + n], start if number is None else number)


def accept(clock, *blocks):
    parts = [values for b in blocks for values in clock.accept(b)]
    return np.concatenate([np.zeros((0, 1), np.float32), *parts])[:, 0]


def test_blocks_in_order_pass_through():
    clock = SampleClock(1, FS)
    found = accept(clock, *(block(k, 10) for k in range(0, 100, 10)))
    np.testing.assert_array_equal(found, SIGNAL[:100, 0])


def test_repeated_samples_are_dropped_and_counted():
    clock = SampleClock(1, FS)
    found = accept(clock, block(0, 30), block(10, 10), block(20, 30), block(0, 50))
    np.testing.assert_array_equal(found, SIGNAL[:50, 0])
    assert clock.repeated == 70


def test_a_gap_is_filled_when_it_has_been_waited_for():
    clock = SampleClock(1, FS)
    assert len(accept(clock, block(0, 10), block(50, 10))) == 10
    found = accept(clock, *(block(k, 50) for k in range(60, 260, 50)))
    assert np.isnan(found[:40]).all()
    np.testing.assert_array_equal(found[40:], SIGNAL[50:260, 0])
    assert clock.filled == 40


def test_a_stream_may_begin_with_any_number():
    clock = SampleClock(1, FS)
    found = accept(
        clock, SampleBlock("a", SIGNAL[:5], 10**12), SampleBlock("a", SIGNAL[5:9], 10**12 + 5)
    )
    np.testing.assert_array_equal(found, SIGNAL[:9, 0])


@pytest.mark.parametrize("number", [10**9, 400_000])
def test_a_leap_of_more_than_an_hour_is_absurd(number):
    clock = SampleClock(1, FS)
    with pytest.raises(AbsurdStream, match="leap"):
        accept(clock, block(0, 10), block(10, 10, number))


def test_other_leads_are_absurd():
    with pytest.raises(AbsurdStream, match="of 2 leads, not 1"):
        accept(SampleClock(1, FS), SampleBlock("a", np.zeros((3, 2), np.float32)))


def test_blocks_without_numbers_follow_each_other():
    clock = SampleClock(1, FS)
    parts = [SampleBlock("a", SIGNAL[:5]), SampleBlock("a", SIGNAL[5:9])]
    np.testing.assert_array_equal(accept(clock, *parts), SIGNAL[:9, 0])


def test_what_is_held_comes_when_the_stream_ends():
    clock = SampleClock(1, FS)
    accept(clock, block(0, 10), block(20, 10))
    rest = np.concatenate(list(clock.finish()))[:, 0]
    assert np.isnan(rest[:10]).all()
    assert len(rest) == 20


@settings(max_examples=60)
@given(st.randoms(use_true_random=False), st.integers(1, 40))
def test_blocks_that_come_twice_and_a_little_out_of_order_make_the_same_signal(rng, n_blocks):
    blocks = [block(k * 20, 20) for k in range(n_blocks)]
    mixed = []
    for at in range(0, n_blocks, 5):
        some = blocks[at : at + 5] + blocks[max(0, at - 5) : at]
        first, rest = some[:1], some[1:]
        rng.shuffle(rest)
        mixed += [*first, *rest]
    clock = SampleClock(1, FS)
    found = accept(clock, *mixed)
    found = np.concatenate([found, *(part[:, 0] for part in clock.finish())])
    np.testing.assert_array_equal(found, SIGNAL[: 20 * n_blocks, 0])
    assert clock.filled == 0
