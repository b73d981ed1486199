import numpy as np
import pytest

from ecg_anomaly.features.recent_intervals import MEDIAN_OFFSET, N_INTERVALS, lay_steps, take_recent


def test_the_last_intervals_are_those_up_to_the_beat():
    previous_s = np.arange(1, 101) / 50
    recent = take_recent(previous_s, np.array([50, 3]), np.array([0.7, np.nan]))
    np.testing.assert_allclose(np.exp(recent[0, :-1]), previous_s[51 - N_INTERVALS : 51])
    assert np.exp(recent[0, -1]) == pytest.approx(0.7)
    assert np.isnan(recent[1, : N_INTERVALS - 4]).all()
    assert np.isnan(recent[1, -1])


def test_steps_hold_the_intervals_relative_to_their_median_and_the_median():
    recent = np.log(np.random.default_rng(0).uniform(0.4, 1.2, (5, N_INTERVALS + 1)))
    recent[2, :7] = recent[3, -1] = np.nan
    steps = lay_steps(recent)
    median = np.nanmedian(recent[:, :-1], axis=1)
    expected = np.nan_to_num(recent - median[:, None])
    np.testing.assert_allclose(steps[:, :, :-1].reshape(5, -1), expected, atol=1e-6)
    np.testing.assert_allclose(steps[:, :, -1].T, [median + MEDIAN_OFFSET] * 11, atol=1e-6)
