import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.wave_dropping import (
    REFRACTORY_S,
    T_WAVE_S,
    WAVES_BACK_S,
    drop_waves,
)

RATE = 100.0


def kept(time_s, height) -> list[bool]:
    return drop_waves(np.rint(np.array(time_s) * RATE).astype(int), np.array(height), RATE).tolist()


@pytest.mark.parametrize(
    ("limit_s", "height"),
    [(REFRACTORY_S, (1.0, 0.95)), (T_WAVE_S, (1.0, 0.01))],
)
def test_a_wave_is_dropped_nearer_than_the_limit_and_kept_at_it(limit_s, height):
    at = round(limit_s * RATE)
    assert at / RATE == limit_s
    for apart, n_kept in ((at, 2), (at - 1, 1)):
        kept = drop_waves(np.array([500, 500 + apart]), np.array(height), RATE)
        assert kept.sum() == n_kept
        assert kept[int(np.argmax(height))]


def test_a_t_wave_may_be_the_higher_the_sooner_it_comes():
    assert kept([0, 0.3], [1, 0.6]) == [True, False]
    assert kept([0, 0.4], [1, 0.6]) == [True, True]
    assert kept([0, 0.4], [1, 0.2]) == [True, False]


def test_a_dropped_wave_drops_no_other():
    assert kept([0, 0.2, 0.44], [1.0, 0.9, 0.8]) == [True, False, True]


def test_what_is_higher_is_kept_wherever_it_is():
    assert kept([0, 0.2, 0.3], [1.0, 1.1, 1.2]) == [True] * 3


def test_in_a_row_of_falling_waves_no_two_are_closer_than_the_refractory_period():
    time_s = 0.136 * np.arange(9)
    found = time_s[kept(time_s, 3.0 - 0.2 * np.arange(9))]
    assert (np.diff(found) > REFRACTORY_S).all()


def test_a_row_of_equal_waves_is_followed_back_for_five_of_them():
    whole, later = (kept(0.2 * np.arange(first, 20), np.ones(20 - first)) for first in (0, 1))
    assert whole[6:] == later[5:]
    assert all(a != b for a, b in zip(whole[1:5], later[:4], strict=True))
    assert pytest.approx(5 * T_WAVE_S) == WAVES_BACK_S


def test_what_is_far_away_does_not_count():
    rng = np.random.default_rng(0)
    sample = np.cumsum(rng.integers(8, 40, 2000))
    height = rng.uniform(0.33, 2, 2000)
    whole = drop_waves(sample, height, RATE)
    for first in range(100, 1900, 100):
        near = sample > sample[first] + WAVES_BACK_S * RATE
        np.testing.assert_array_equal(
            drop_waves(sample[first:], height[first:], RATE)[near[first:]], whole[near]
        )
