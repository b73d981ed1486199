"""Beats are assigned to the nearer of two shapes."""

import numpy as np

from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.shape_division import (
    choose_some,
    divide_beats,
    mark_filled,
    measure_distance,
    middle_distance,
    take_beats,
)

RNG = np.random.default_rng(0)


def beats_at(levels: list[float]) -> np.ndarray:
    """One lead, four samples, one span: constant beats with a little noise."""
    wave = np.array(levels)[None, None, None, :] + RNG.normal(0, 0.01, (1, 4, 1, len(levels)))
    return wave.astype(np.float32)


def test_two_shapes_of_equal_number_are_told_apart():
    levels = 8 * [0.0, 1.0]
    every = np.ones((1, 16), bool)
    found = divide_beats(beats_at(levels), every, every, 4)
    assert len(set(found.other[0, ::2].tolist())) == 1
    assert (found.other[0, ::2] != found.other[0, 1::2]).all()
    assert sorted([found.first.mean().round(1), found.second.mean().round(1)]) == [0, 1]


def test_the_second_shape_begins_with_one_that_has_enough_like_it():
    levels = 20 * [0.0] + 6 * [1.0] + 2 * [5.0]
    every = np.ones((1, 28), bool)
    found = divide_beats(beats_at(levels), every, every, 4)
    assert found.other[0].tolist() == 20 * [False] + 8 * [True]
    assert abs(found.second.mean() - 1) < 0.1


def test_beats_that_are_not_meant_have_no_part():
    levels = 12 * [0.0] + 6 * [1.0] + 10 * [9.0]
    filled = np.arange(28)[None] < 18
    found = divide_beats(beats_at(levels), filled, filled, 4)
    assert not found.other[0, 18:].any()
    assert abs(found.second.mean() - 1) < 0.1


def test_one_shape_alone_is_no_error():
    every = np.ones((1, 10), bool)
    same = np.zeros((2, 4, 1, 10), np.float32)
    found = divide_beats(same, every, every, 4)
    assert np.isfinite(found.first).all()
    assert np.isfinite(found.second).all()


def test_distances_are_in_units_of_the_amplitude():
    qrs = np.full((2, 5, 3), 2.0, np.float32)
    chosen = RowChoice(np.array([[0, 2]]), np.array([2]))
    beats = take_beats(qrs, chosen, np.array([[2.0], [4.0]], np.float32))
    shape = np.zeros((2, 5, 1), np.float32)
    np.testing.assert_allclose(measure_distance(beats, shape), np.sqrt((1 + 0.25) / 2), rtol=1e-6)


def test_the_middle_distance_is_that_of_some():
    distance = np.array([[1.0, 9.0, 3.0], [1.0, 1.0, 1.0]], np.float32)
    some = np.array([[True, False, True], [False] * 3])
    assert middle_distance(distance, some).tolist() == [2, np.inf]


def test_some_of_the_chosen_are_chosen_in_their_order():
    chosen = RowChoice(np.array([[4, 6, 7, 9]]), np.array([3]))
    assert mark_filled(chosen).tolist() == [[True, True, True, False]]
    found = choose_some(chosen, np.array([[False, True, True, False]]))
    assert found.count.tolist() == [2]
    assert found.index[0, :2].tolist() == [6, 7]
