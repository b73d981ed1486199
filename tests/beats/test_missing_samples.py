"""Which samples are missing, and how gaps are bridged."""

import numpy as np
import pytest

from ecg_anomaly.beats.missing_samples import (
    HOLD_S,
    are_whole,
    bridge_gaps,
    bridge_short_gaps,
    find_missing,
    lacks_samples,
    mask_missing,
)


def bridged(values: list[float], before: float = np.nan, fs: float = 3.0) -> list[float]:
    lead = np.array(values, dtype=np.float32)
    return bridge_gaps(lead, find_missing(lead), before, fs).tolist()


NAN, INF = np.nan, np.inf


def test_short_gaps_are_bridged_by_straight_lines_and_ends_by_the_nearest_value():
    assert bridged([NAN, 1.0, NAN, 4.0, INF]) == [1.0, 1.0, 2.5, 4.0, 4.0]
    assert bridged([2.0, -INF, 5.0, 1e30, 6.0]) == [2.0, 3.5, 5.0, 5.5, 6.0]
    assert bridged([2.0, NAN, NAN, 5.0], fs=100.0) == [2.0, 3.0, 4.0, 5.0]


def test_a_long_gap_holds_its_last_value_for_a_while_and_is_the_next_one_from_there_on():
    assert bridged([1.0, *[NAN] * 5, 4.0]) == [1.0, 1.0, 1.0, 4.0, 4.0, 4.0, 4.0]
    assert bridged([1.0, *[NAN] * 2, 4.0]) == [1.0, 1.0, 1.0, 4.0]
    assert bridged([1.0, *[NAN] * 3, 4.0, NAN, 6.0]) == [1.0, 1.0, 1.0, 4.0, 4.0, 5.0, 6.0]
    assert bridged([NAN] * 5 + [4.0], before=1.0) == [1.0, 1.0, 4.0, 4.0, 4.0, 4.0]


def test_nothing_before_a_gap_is_filled_by_what_comes_after_it_within_the_look_ahead():
    lead = np.random.default_rng(0).normal(size=4000).astype(np.float32)
    for long in (8, 9, 100, 259, 260, 261, 900):
        holed, other = lead.copy(), lead.copy()
        holed[1000 : 1000 + long] = other[1000 : 1000 + long] = NAN
        other[1000 + long :] = -5.0
        pair = [bridge_gaps(x, find_missing(x), NAN, 400.0) for x in (holed, other)]
        same = (pair[0] == pair[1])[: 1000 + long]
        assert same[: 1000 + min(long, round(HOLD_S * 400))].all() == (long > 8)
        np.testing.assert_array_equal(pair[0][1000 + long :], lead[1000 + long :])


def test_without_a_value_a_gap_takes_that_before_it_or_zero():
    assert bridged([NAN, NAN], before=7.0) == [7.0, 7.0]
    assert bridged([NAN, NAN]) == [0.0, 0.0]
    assert bridged([]) == []


@pytest.mark.parametrize("value", [NAN, INF, -INF, 6000.0, -6000.0])
def test_nan_infinite_and_huge_samples_are_missing(value):
    signal = np.zeros((3, 2), np.float32)
    assert not lacks_samples(signal)
    assert mask_missing(signal) is signal
    signal[1, 1] = value
    assert lacks_samples(signal)
    assert np.argwhere(find_missing(signal)).tolist() == [[1, 1]]
    assert np.argwhere(np.isnan(mask_missing(signal))).tolist() == [[1, 1]]
    assert signal[1, 1] == value or np.isnan(value)


def test_an_empty_signal_lacks_nothing():
    assert not lacks_samples(np.zeros((0, 2), np.float32))


@pytest.mark.parametrize("fs", [100.0, 128.0, 360.0, 1000.0])
def test_short_gaps_are_bridged_by_straight_lines_and_longer_ones_stay(fs):
    longest = max(1, int(0.02 * fs))
    signal = np.arange(400, dtype=np.float32)[:, None] * np.float32([1, -2])
    whole = signal.copy()
    for n, start in ((1, 50), (longest, 100), (longest + 1, 200)):
        signal[start : start + n, 0] = np.nan
    signal[0], signal[300, 1], signal[-1] = np.nan, np.inf, np.nan
    bridged = bridge_short_gaps(signal, fs)
    lost = np.zeros(signal.shape, bool)
    lost[[0, -1]], lost[200 : 201 + longest, 0] = True, True
    np.testing.assert_array_equal(np.isnan(bridged), lost)
    np.testing.assert_allclose(bridged[~lost], whole[~lost])
    assert bridge_short_gaps(whole, fs) is whole


@pytest.mark.parametrize("wrong", [[], [0], [1, 3], [0, 1, 2, 3, 4]])
@pytest.mark.parametrize("value", [NAN, INF, -INF, -5001.0])
def test_many_signals_are_whole_or_not_as_each(wrong, value):
    sizes = [(72, 2), (1, 1), (0, 3), (36, 8), (5, 2)]
    signals = [np.full(size, 4999.0, np.float32) for size in sizes]
    for place in wrong:
        signals[place][-1:, -1] = value
    assert are_whole(signals) == [not lacks_samples(signal) for signal in signals]
    assert are_whole(signals[2:3]) == [True]
    assert are_whole([]) == []
