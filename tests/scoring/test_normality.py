"""The Mahalanobis distance: SciPy's, and what may not change it."""

import numpy as np
import pytest
from scipy.spatial.distance import mahalanobis

from ecg_anomaly.scoring import normality
from ecg_anomaly.scoring.normality import NormalityModel, fit_normality


@pytest.fixture
def vectors() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(size=(400, 5)) @ rng.normal(size=(5, 5)) + rng.normal(size=5)


def test_agrees_with_scipy(vectors):
    model = fit_normality(vectors)
    expected = [mahalanobis(row, model.mean, model.precision) for row in vectors]
    np.testing.assert_allclose(model.distance(vectors), expected)


def test_with_many_beats_it_is_the_distance_of_the_plain_covariance():
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(20000, 3)) * [1.0, 2.0, 3.0]
    expected = np.linalg.norm([2.0, 1.0, 1.0])
    assert fit_normality(vectors).distance(np.array([[2.0, 2.0, 3.0]]))[0] == pytest.approx(
        expected, rel=0.05
    )


def test_the_centre_is_nearest_and_distance_grows_outwards(vectors):
    model = fit_normality(vectors)
    direction = np.array([1.0, -2.0, 0.5, 0.0, 1.0])
    steps = np.linspace(0, 9, 10)[:, None]
    distance = model.distance(model.mean + steps * direction)
    assert distance[0] == 0
    np.testing.assert_allclose(distance, steps[:, 0] * distance[1])
    np.testing.assert_allclose(model.distance(model.mean - steps * direction), distance)


def test_a_step_along_a_narrow_direction_is_farther():
    rng = np.random.default_rng(2)
    model = fit_normality(rng.normal(size=(500, 2)) * [10.0, 1.0])
    wide, narrow = model.distance(model.mean + np.array([[3.0, 0.0], [0.0, 3.0]]))
    assert narrow > 3 * wide


@pytest.mark.parametrize(("n", "d"), [(3, 10), (2, 2), (50, 50)])
def test_few_beats_and_copied_columns_still_give_finite_distances(n, d):
    rng = np.random.default_rng(3)
    vectors = np.repeat(rng.normal(size=(n, (d + 1) // 2)), 2, axis=1)[:, :d]
    distance = fit_normality(vectors).distance(rng.normal(size=(20, d)))
    assert np.isfinite(distance).all()
    assert distance.min() > 0


def test_no_more_beats_are_used_than_fit(vectors, monkeypatch):
    monkeypatch.setattr(normality, "MOST_BEATS", 100)
    thinned, chosen = fit_normality(vectors), fit_normality(vectors[::4])
    np.testing.assert_array_equal(thinned.precision, chosen.precision)


def test_float32_vectors_are_summed_in_float64():
    model = NormalityModel(np.full(2, 1e4), np.eye(2))
    found = model.distance(np.array([[1e4 + 3, 1e4 + 4]], np.float32))
    assert found[0] == pytest.approx(5)
    assert found.dtype == np.float64


def test_no_beats_no_distances():
    assert NormalityModel(np.zeros(2), np.eye(2)).distance(np.zeros((0, 2))).shape == (0,)
