"""The distance from the nearest normal beat: scikit-learn's, and what may not change it."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler

from ecg_anomaly.network import nearest_neighbour
from ecg_anomaly.network.nearest_neighbour import evidence_vectors, keep_normal_beats


@pytest.fixture
def vectors() -> np.ndarray:
    rng = np.random.default_rng(0)
    return rng.normal(size=(400, 5)) @ rng.normal(size=(5, 5)) + rng.normal(size=5)


def test_agrees_with_scikit_learn(vectors):
    others = vectors[::-1] + np.random.default_rng(1).normal(size=vectors.shape)
    scaler = StandardScaler().fit(vectors)
    neighbour = NearestNeighbors(n_neighbors=1).fit(scaler.transform(vectors))
    distance, _ = neighbour.kneighbors(scaler.transform(others))
    expected = np.log(distance[:, 0] / np.sqrt(5))
    np.testing.assert_allclose(keep_normal_beats(vectors).log_distance(others), expected)


def test_a_beat_between_two_kinds_of_normal_beats_is_far_from_both():
    kinds = np.random.default_rng(2).normal(size=(500, 3)) * 0.1
    kinds[::2] += 10
    normal = keep_normal_beats(kinds)
    between, one, other = normal.log_distance(np.array([[5.0] * 3, [0.0] * 3, [10.0] * 3]))
    assert between > max(one, other) + 1


def test_distance_grows_outwards(vectors):
    normal = keep_normal_beats(vectors)
    farthest = vectors[np.argmax(vectors[:, 0])]
    steps = np.linspace(1, 9, 9)[:, None] * np.array([50.0, 0, 0, 0, 0])
    assert (np.diff(normal.log_distance(farthest + steps)) > 0).all()


def test_units_of_a_column_play_no_part(vectors):
    units = np.array([1e-3, 1.0, 1e3, 7.0, -2.0])
    plain = keep_normal_beats(vectors).log_distance(vectors[:50] + 0.3)
    scaled = keep_normal_beats(vectors * units).log_distance((vectors[:50] + 0.3) * units)
    np.testing.assert_allclose(plain, scaled, rtol=1e-6)


def test_a_column_that_never_varied_gives_finite_distances():
    normal = keep_normal_beats(np.column_stack([np.arange(9.0), np.full(9, 0.3)]))
    assert np.isfinite(normal.log_distance(np.array([[3.5, 0.3], [3.5, 0.9]]))).all()


def test_the_very_beats_that_are_kept_have_finite_distances(vectors):
    assert np.isfinite(keep_normal_beats(vectors).log_distance(vectors)).all()


def test_no_more_beats_are_kept_than_said_and_they_are_spread_evenly(vectors, monkeypatch):
    monkeypatch.setattr(nearest_neighbour, "MOST_BEATS", 100)
    kept = keep_normal_beats(vectors)
    np.testing.assert_allclose(kept.vectors * kept.scale + kept.mean, vectors[::4])


def test_many_rows_are_compared_in_pieces_with_the_same_result(vectors, monkeypatch):
    normal = keep_normal_beats(vectors)
    whole = normal.log_distance(vectors + 0.1)
    monkeypatch.setattr(nearest_neighbour, "_ROWS", 7)
    np.testing.assert_allclose(normal.log_distance(vectors + 0.1), whole, rtol=1e-12)


@pytest.mark.parametrize("rows", [slice(0, 1), slice(7, 8), slice(63, 66), slice(5, 399)])
def test_a_beat_alone_is_as_far_away_as_among_others(vectors, rows):
    normal = keep_normal_beats(vectors)
    whole = normal.log_distance(vectors + 0.1)
    np.testing.assert_array_equal(normal.log_distance(vectors[rows] + 0.1), whole[rows])


def test_no_beats_no_distances(vectors):
    assert keep_normal_beats(vectors).log_distance(np.zeros((0, 5))).shape == (0,)


@pytest.mark.parametrize("window", [5, 8, 19])
def test_evidence_is_finite_for_every_window_and_for_a_perfect_reconstruction(make_inputs, window):
    inputs = make_inputs(6, window=window)
    outputs = {"reconstruction": inputs.sequence, "latent": np.zeros((6, 4), np.float32)}
    vectors = evidence_vectors(inputs, outputs)
    assert vectors.shape == (6, min(8, window) * 2 + 4 + 3)
    assert np.isfinite(vectors).all()


def test_an_error_in_one_part_of_the_window_changes_one_number(make_inputs):
    inputs = make_inputs(1, window=16, channels=1, n_features=0)
    outputs = {"reconstruction": inputs.sequence.copy(), "latent": np.zeros((1, 0))}
    outputs["reconstruction"][0, 6] += 1
    assert np.flatnonzero(evidence_vectors(inputs, outputs)[0] > -1).tolist() == [3]
