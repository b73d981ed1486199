"""Medians, quantiles and spreads of many rows are those of NumPy, row by row."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.features.running_statistics import (
    recent_median,
    row_medians,
    row_quantiles,
    spread,
)


def rows_of(counts: list[int], dtype: type) -> tuple[np.ndarray, list[np.ndarray]]:
    """Rows with so many values each, filled up with infinity."""
    rng = np.random.default_rng(len(counts))
    values = [rng.normal(size=n).astype(dtype) for n in counts]
    rows = np.full((len(counts), max(counts) + 2), np.inf, dtype)
    for row, value in zip(rows, values, strict=True):
        row[: len(value)] = value
    return rows, values


COUNTS = st.lists(st.integers(1, 70), min_size=1, max_size=12)


@settings(max_examples=50, deadline=None)
@given(COUNTS, st.sampled_from([np.float32, np.float64]))
def test_medians_of_rows_of_any_length(counts, dtype):
    rows, values = rows_of(counts, dtype)
    found = row_medians(rows, np.array(counts))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, [np.median(value) for value in values])


@settings(max_examples=50, deadline=None)
@given(COUNTS, st.floats(0, 1))
def test_quantiles_of_rows_of_any_length(counts, share):
    rows, values = rows_of(counts, np.float64)
    rows.sort(axis=1)
    found = row_quantiles(rows, np.array(counts), share)
    np.testing.assert_allclose(found, [np.quantile(v, share) for v in values], rtol=1e-13)


@pytest.mark.parametrize("n", [1, 2, 63, 64])
def test_whole_rows_of_more_axes(n):
    values = np.random.default_rng(n).normal(size=(3, 5, n))
    found = row_medians(values.copy(), np.full((3, 1), n))
    np.testing.assert_array_equal(found, np.median(values, axis=2))


def test_nan_counts_as_larger_than_everything():
    rows = np.array([[np.nan, 2.0, 1.0, 6.0], [np.nan, np.nan, np.nan, 5.0]])
    assert row_medians(rows, np.array([3, 1])).tolist() == [2.0, 5.0]


def test_no_row_has_no_median():
    assert row_medians(np.zeros((0, 7)), np.zeros(0, np.intp)).shape == (0,)


def test_median_and_spread_of_the_values_that_are_known():
    rows = np.array([[np.nan, 5.0], [np.nan, 5.0], [5.0, 1.0], [1.0, 2.0]])
    np.testing.assert_allclose(spread(rows.copy()), [0.0, 0.0, 2.0, 0.5])
    assert recent_median(rows.copy(), np.zeros(4)).tolist() == [5.0, 5.0, 3.0, 1.5]


def test_where_nothing_is_known_the_other_value_is_taken_and_nothing_is_spread():
    nothing = np.full((2, 3), np.nan)
    assert recent_median(nothing.copy(), np.array([7.0, 8.0])).tolist() == [7.0, 8.0]
    assert spread(nothing).tolist() == [0.0, 0.0]
