"""QRS complexes compared with those before them."""

import numpy as np
import pytest

from ecg_anomaly.beats.likeness import NEIGHBOURS, beats_before, measure_likeness, windows_around

FS = 120.0


def lead_of(shapes, apart=100):
    """A lead of the given QRS complexes, and its R peaks."""
    lead, at = np.zeros(apart * (len(shapes) + 1), np.float32), []
    for n, shape in enumerate(shapes, start=1):
        at.append(n * apart)
        lead[n * apart - 10 : n * apart + 10] = shape
    return lead, np.array(at, np.int64)


ROUND, SAW = np.hanning(20), np.linspace(-1, 1, 20)


def likeness(shapes, new=False, apart=100):
    lead, at = lead_of(shapes, apart)
    own = np.arange(len(at))
    return measure_likeness(lead, at, own, np.full(len(at), new), FS)


def test_the_second_best_beat_before_counts():
    found = likeness([ROUND, ROUND, ROUND, SAW, 5 * ROUND, SAW, SAW])
    assert found[:2].tolist() == [-1, -1]
    np.testing.assert_allclose(found[[2, 4, 6]], 1, atol=1e-5)
    assert (found[[3, 5]] < 0.7).all()


def test_where_little_is_known_a_beat_is_taken_to_be_like_those_that_are_lacking():
    for second, alike in ((ROUND, 1.0), (SAW, 0.0)):
        found = likeness([ROUND, second, ROUND], new=True)
        np.testing.assert_allclose(found[:2], [1, alike], atol=1e-5)
    assert likeness([ROUND, SAW, ROUND], new=True)[2] < 0.7


def test_beats_long_ago_do_not_count():
    assert likeness([ROUND] * 3, apart=601).tolist() == [-1, -1, -1]
    assert likeness([ROUND] * 3, apart=600)[2] == pytest.approx(1, abs=1e-5)
    many = likeness([ROUND, ROUND, *[SAW] * NEIGHBOURS, ROUND])
    assert many[-1] < 0.7


def test_some_beats_are_compared_as_all_are():
    rng = np.random.default_rng(0)
    lead, at = lead_of(rng.normal(size=(40, 20)))
    every = measure_likeness(lead, at, np.arange(40), np.zeros(40, bool), FS)
    for first in range(40):
        own = np.arange(first, 40)
        found = measure_likeness(lead, at, own, np.zeros(len(own), bool), FS)
        np.testing.assert_array_equal(found, every[first:])


def test_the_beat_just_before_comes_first():
    rows, near = beats_before(np.array([0, 10, 30, 35]), np.array([0, 3]), 2, 20)
    assert rows.tolist() == [[0, 0], [2, 1]]
    assert near.tolist() == [[False, False], [True, False]]


def test_beyond_the_ends_the_values_at_the_ends_are_taken():
    values = np.arange(5, dtype=np.float32)
    found = windows_around(values, np.array([0, 4]), np.array([-1, 0, 1]))
    assert found.tolist() == [[0, 0, 1], [3, 4, 4]]
