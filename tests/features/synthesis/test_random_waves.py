"""Random waves by hand and at their edges; distorted beats: each another, none of them broken."""

import numpy as np
import pytest

from ecg_anomaly.features.synthesis.random_waves import (
    bump,
    distort_beats,
    ramp,
    random_sign,
    stretch,
)


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


def beats(n: int, window: int = 140, channels: int = 1) -> np.ndarray:
    walk = np.random.default_rng(0).normal(size=(n, window, channels)).cumsum(axis=1)
    return (walk / walk.std()).astype(np.float32)


def distort(sequence, seed: int = 0) -> np.ndarray:
    return distort_beats(sequence, np.random.default_rng(seed))


@pytest.mark.parametrize(("window", "channels"), [(140, 1), (96, 2), (16, 4)])
@pytest.mark.parametrize("n", [1, 2, 500])
def test_every_beat_is_changed_and_keeps_its_form(n, window, channels):
    given = beats(n, window, channels)
    kept = given.copy()
    found = distort(given)
    assert found.shape == given.shape
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert (np.abs(found - given).max(axis=(1, 2)) > 1e-3).all()
    np.testing.assert_array_equal(given, kept)


def test_a_third_of_the_beats_borrows_from_others():
    given = beats(600)
    louder = given.copy()
    louder[300:] *= 2
    borrows = (distort(given)[:300] != distort(louder)[:300]).any(axis=(1, 2))
    # Half of a third: the other half borrows from beats that did not change.
    assert 0.1 < borrows.mean() < 0.25


def test_chance_comes_from_the_generator_alone():
    np.testing.assert_array_equal(distort(beats(20)), distort(beats(20)))
    assert not np.array_equal(distort(beats(20)), distort(beats(20), seed=1))


def test_no_beats_stay_none():
    assert distort(beats(3)[:0]).shape == (0, 140, 1)
