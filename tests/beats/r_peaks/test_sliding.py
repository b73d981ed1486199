import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.sliding import (
    extend,
    masked_quantile,
    sliding_maximum,
    sliding_sum,
    take_windows,
)


def test_windows_are_all_neighbours():
    values = np.arange(10).reshape(2, 5)
    windows = take_windows(values, 3)
    assert windows[1].tolist() == [[5, 6, 7], [6, 7, 8], [7, 8, 9]]
    np.testing.assert_array_equal(windows[0], windows[1] - 5)


@pytest.mark.parametrize(("quantile", "expected"), [(0.0, 1), (0.25, 2), (0.5, 3), (1.0, 5)])
def test_values_left_out_do_not_change_a_quantile(quantile, expected):
    rows = np.array([[9, 3, 1, 9, 5, 2, 4, 9]], np.float32)
    assert masked_quantile(rows, rows == 9, quantile).tolist() == [expected]


def test_the_quantile_of_values_all_left_out_is_zero():
    rows = np.ones((2, 3), np.float32)
    left_out = np.array([[True] * 3, [False] * 3])
    assert masked_quantile(rows, left_out, 0.5).tolist() == [0, 1]


def test_rows_may_have_quantiles_of_their_own():
    rows = np.random.default_rng(0).normal(size=(9, 7)).astype(np.float32)
    left_out, quantiles = rows > 0.5, np.linspace(0, 1, 9)
    found = masked_quantile(rows, left_out, quantiles)
    for row, out, quantile, value in zip(rows, left_out, quantiles, found, strict=True):
        assert masked_quantile(row[None], out[None], quantile) == value


@pytest.mark.parametrize("width", [1, 2, 3, 7, 11, 16, 25])
def test_sliding_sum_and_maximum_by_hand(width):
    values = np.random.default_rng(0).normal(size=60).astype(np.float32)
    rows = np.lib.stride_tricks.sliding_window_view(values, width)
    np.testing.assert_allclose(sliding_sum(values, width), rows.sum(axis=1), atol=1e-5)
    np.testing.assert_array_equal(sliding_maximum(values, width), rows.max(axis=1))


def test_a_sliding_sum_depends_on_its_window_to_the_last_bit():
    values = np.random.default_rng(0).normal(size=5000).astype(np.float32)
    whole = sliding_sum(values, 11)
    for start in (1, 7, 1000):
        np.testing.assert_array_equal(sliding_sum(values[start:], 11), whole[start:])


@pytest.mark.parametrize("n", [0, 1, 5])
@pytest.mark.parametrize("fill", [None, 0.0, 2.5])
def test_an_extended_array_is_a_padded_one(n, fill):
    values = np.array([3, 1, 4], np.float32)
    how = {"mode": "edge"} if fill is None else {"constant_values": fill}
    extended = extend(values, n, fill)
    assert extended.dtype == np.float32
    np.testing.assert_array_equal(extended, np.pad(values, n, **how))
