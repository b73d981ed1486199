"""Averaged samples, those that are missing, and pieces laid end to end."""

import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.averaging import (
    Grid,
    average,
    concatenate_time,
    fill,
    find_gaps,
    find_marked,
    split_time,
)


@pytest.mark.parametrize(("fs", "step"), [(64.0, 1), (128.0, 1), (360.0, 3), (1000.0, 10)])
def test_samples_are_averaged_to_a_rate_of_100_to_200_hz(fs, step):
    assert Grid.of(fs) == Grid(step, fs / step, round(1.2 * fs / step))


@pytest.mark.parametrize("fs", [0.0, -1.0, np.nan])
def test_a_rate_is_positive(fs):
    with pytest.raises(ValueError, match="positive"):
        Grid.of(fs)


def test_means_by_hand():
    raw = np.array([[1, 2, 3, 4, 5, 9], [0, 0, 3, np.nan, 1, 1]], np.float32)
    np.testing.assert_array_equal(average(raw, 3), np.float32([[2, 6], [1, np.nan]]))
    np.testing.assert_array_equal(average(raw, 1), raw)


def test_gaps_are_found_and_filled():
    leads = np.array([[1, np.nan, np.inf]], np.float32)
    gap = find_gaps(leads)
    assert gap.tolist() == [[False, True, True]]
    assert fill(leads, gap).tolist() == [[1, 0, 0]]
    whole = leads[:, :1]
    assert find_gaps(whole) is None
    assert fill(whole, None) is whole


def test_what_is_laid_end_to_end_is_taken_apart_again():
    pieces = [np.arange(2 * n).reshape(2, n) for n in (3, 0, 5)]
    parts = split_time(concatenate_time(pieces), [3, 0, 5])
    for part, piece in zip(parts, pieces, strict=True):
        np.testing.assert_array_equal(part, piece)
    assert concatenate_time(pieces[:1]) is pieces[0]


def test_first_and_last_mark_of_each_piece():
    marks = np.array([0, 1, 0, 1, 0, 0, 0, 0, 1], bool)
    assert find_marked(marks, [2, 0, 3, 3, 1]) == [(0, 1, 1), (2, 1, 1), (4, 0, 0)]
    assert find_marked(marks, [9]) == [(0, 1, 8)]
    assert find_marked(~marks[:1], [1]) == [(0, 0, 0)]
    assert find_marked(marks[:1], [1]) == []
