"""Shapes that alterations are drawn with: by hand, and at their edges."""

import numpy as np
import pytest

from ecg_anomaly.features.synthesis.random_shapes import bump, ramp, random_sign, stretch


def stretch_all(waves, factor: float, shift_s: float, time_s) -> np.ndarray:
    n = len(waves)
    return stretch(waves, np.full(n, factor), np.full(n, shift_s), time_s)


def test_a_stretch_by_one_without_shift_is_the_wave_itself(time_s):
    waves = np.random.default_rng(0).normal(size=(3, 96, 2))
    np.testing.assert_allclose(stretch_all(waves, 1.0, 0.0, time_s), waves, atol=0.01)


@pytest.mark.parametrize(("factor", "shift_s"), [(2.0, 0.0), (0.5, 0.0), (1.0, 0.05), (1.5, -0.1)])
def test_a_bump_is_moved_and_widened_as_stated(time_s, factor, shift_s):
    one = np.ones((1, 1, 1))
    found = stretch_all(bump(time_s, 0.04 * one, 0.03 * one), factor, shift_s, time_s)
    expected = bump(time_s, (0.04 * factor + shift_s) * one, 0.03 * factor * one)
    np.testing.assert_allclose(found, expected, atol=0.03)


def test_what_comes_from_outside_the_window_repeats_its_edge(time_s):
    waves = np.linspace(3.0, 5.0, 96)[None, :, None]
    moved = stretch_all(waves, 1.0, 0.2, time_s)[0, :, 0]
    np.testing.assert_array_equal(moved[:24], 3.0)
    assert (np.diff(moved[24:]) > 0).all()


@pytest.mark.parametrize(("zero_s", "one_s"), [(-0.1, 0.1), (0.1, -0.1)])
def test_a_ramp_goes_from_nothing_to_everything_either_way(time_s, zero_s, one_s):
    weight = ramp(time_s, zero_s, one_s)[0, :, 0]
    beyond = time_s < -0.1 - 1e-9, time_s > 0.1 + 1e-9
    low, high = beyond if zero_s < one_s else beyond[::-1]
    assert (weight[low] == 0).all()
    assert (weight[high] == 1).all()
    assert weight[42] == pytest.approx(0.5)


@pytest.mark.parametrize("minus", [0.0, 0.3, 1.0])
def test_signs_are_minus_as_often_as_stated(minus):
    drawn = random_sign(np.random.default_rng(0), (4000, 1), minus)
    assert set(np.unique(drawn)) <= {-1.0, 1.0}
    assert (drawn < 0).mean() == pytest.approx(minus, abs=0.03)
