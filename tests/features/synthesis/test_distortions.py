"""Distorted beats: every one another, none of them broken."""

import numpy as np
import pytest

from ecg_anomaly.features.synthesis.distortions import distort_beats


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
