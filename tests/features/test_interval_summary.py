"""Mean and quantiles of the intervals of each window are those of NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.features import interval_summary
from ecg_anomaly.features.history_windows import HistoryWindows
from ecg_anomaly.features.interval_summary import (
    UNKNOWN_RR_S,
    mean_intervals,
    summarise_intervals,
    summarise_window,
)


@pytest.mark.parametrize("batch", [1, 100_000])
def test_mean_and_quantiles_are_those_of_the_known_intervals(monkeypatch, batch):
    monkeypatch.setattr(interval_summary, "BATCH_VALUES", batch)
    rr_s = np.random.default_rng(1).uniform(0.5, 1.5, 30)
    rr_s[[3, 4, 17]] = np.nan
    first, end = np.array([0, 2, 3, 9, 4]), np.array([30, 12, 5, 10, 4])
    windows = HistoryWindows(first, end, np.zeros(5), *np.zeros((3, 5)), 1.0)
    found = summarise_intervals(rr_s, windows)
    np.testing.assert_array_equal(mean_intervals(rr_s, windows), found.mean_s)
    for k, (first, end) in enumerate(windows.spans):
        known = rr_s[first:end][np.isfinite(rr_s[first:end])]
        expected = (
            [known.mean(), *np.quantile(known, (0.1, 0.9))] if len(known) else [UNKNOWN_RR_S] * 3
        )
        np.testing.assert_allclose(
            (found.mean_s[k], found.low_s[k], found.high_s[k]), expected, rtol=1e-12
        )


def test_each_beat_gets_the_summary_of_its_window():
    windows = HistoryWindows(np.array([0, 2]), np.array([2, 4]), *np.zeros((4, 2)), 1.0)
    found = summarise_intervals(np.array([1.0, 1.0, 2.0, 2.0]), windows)
    assert found.select(np.array([1, 1, 0])).mean_s.tolist() == [2.0, 2.0, 1.0]


@given(st.lists(st.floats(0.2, 3.0) | st.just(np.nan), max_size=60), st.integers(0, 9))
def test_one_window_alone_has_the_same_summary_to_the_bit(intervals, before):
    rr_s = np.array([0.7] * before + [0.8, *intervals])
    edges = np.array([before]), np.array([len(rr_s)])
    expected = summarise_intervals(rr_s, HistoryWindows(*edges, *np.zeros((4, 1)), 1.0))
    found = summarise_window(rr_s[before:])
    for name, values in vars(expected).items():
        np.testing.assert_array_equal(getattr(found, name), values, err_msg=name)
