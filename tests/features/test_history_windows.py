"""Windows move by the clock: what one window says depends on nothing outside of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.features import history_windows
from ecg_anomaly.features.history_windows import (
    AHEAD_S,
    UNKNOWN_RR_S,
    HistoryWindows,
    find_windows,
    learning_end_s,
    summarise_intervals,
)


def of_each(windows: HistoryWindows) -> tuple[np.ndarray, np.ndarray]:
    return windows.first[windows.of_beat], windows.end[windows.of_beat]


@pytest.mark.parametrize(
    ("start_s", "end_s"), [(0.0, 300.0), (0.4, 300.0), (11.9, 300.0), (12.0, 312.0), (100.0, 396.0)]
)
def test_the_learning_period_ends_by_the_clock(start_s, end_s):
    assert learning_end_s(start_s, 300.0, 12.0) == end_s


def test_beats_see_the_learning_period_or_the_seconds_before_the_last_move():
    time_s = np.arange(40) * 0.5
    first, end = of_each(find_windows(time_s, 5.0, 1.0, 0.0))
    assert first[:10].tolist() == [0] * 10
    assert end[:10].tolist() == [10] * 10
    for k in range(10, 40):
        moved = np.floor(time_s[k])
        inside = (time_s >= moved - 4.0) & (time_s < moved)
        np.testing.assert_array_equal(np.arange(first[k], end[k]), np.flatnonzero(inside)[1:])
        assert time_s[first[k]] >= time_s[k] - 5.0


def test_after_a_long_gap_a_beat_is_compared_with_itself_or_the_first_since_the_move():
    first, end = of_each(find_windows(np.array([0.0, 1.0, 500.2, 500.6, 501.1]), 5.0, 1.0, 0.0))
    assert (first[2], end[2]) == (first[3], end[3]) == (2, 3)
    assert (first[4], end[4]) == (3, 4)


@given(
    lost=st.integers(1, 198),
    shift=st.floats(-0.2, 0.2),
    rr=st.lists(st.floats(0.4, 1.5), min_size=199, max_size=199),
)
def test_a_beat_has_no_influence_once_it_has_left_the_window(lost, shift, rr):
    time_s = np.concatenate([[0.3], 0.3 + np.cumsum(rr)])
    moved = time_s.copy()
    moved[lost] = np.clip(time_s[lost] + shift, time_s[lost - 1] + 0.01, time_s[lost + 1] - 0.01)
    for changed in (
        np.delete(time_s, lost),
        np.sort(moved),
        np.sort(np.append(time_s, moved[lost])),
    ):
        one, other = (window_values(times) for times in (time_s, changed))
        late = max(time_s[lost], moved[lost], 20.0) + 20.0
        same = sorted(t for t in one if t > late)
        assert same == sorted(t for t in other if t > late)
        assert all(one[t] == other[t] for t in same)


def window_values(time_s: np.ndarray) -> dict[float, tuple[float, ...]]:
    windows = find_windows(time_s, 20.0, 4.0, time_s[0])
    values = np.column_stack(summarise_intervals(np.diff(time_s, prepend=np.nan), windows))
    return dict(zip(time_s.tolist(), map(tuple, values[windows.of_beat].tolist()), strict=True))


@pytest.mark.parametrize("batch", [1, 100_000])
def test_mean_and_quantiles_are_those_of_the_known_intervals(monkeypatch, batch):
    monkeypatch.setattr(history_windows, "BATCH_VALUES", batch)
    rr_s = np.random.default_rng(1).uniform(0.5, 1.5, 30)
    rr_s[[3, 4, 17]] = np.nan
    first, end = np.array([0, 2, 3, 9]), np.array([30, 12, 5, 10])
    windows = HistoryWindows(first, end, np.zeros(1, int), 1.0, np.zeros(4))
    mean, low, high = summarise_intervals(rr_s, windows)
    for k, (first, end) in enumerate(windows.spans):
        known = rr_s[first:end][np.isfinite(rr_s[first:end])]
        expected = (
            [known.mean(), *np.quantile(known, (0.1, 0.9))] if len(known) else [UNKNOWN_RR_S] * 3
        )
        np.testing.assert_allclose((mean[k], low[k], high[k]), expected, rtol=1e-12)


def test_no_beat_has_no_window():
    windows = find_windows(np.zeros(0), 5.0, 1.0, 0.0)
    assert len(windows.first) == len(windows.of_beat) == 0


def test_a_window_with_too_few_beats_reaches_ahead():
    time_s = np.arange(400) * 1.0
    known = time_s >= 200.0  # a lead that comes on
    windows = find_windows(time_s, 48.0, 12.0, 0.0)
    longer = windows.lengthen(time_s, known)
    first, end = of_each(longer)
    before, _ = of_each(windows)
    np.testing.assert_array_equal(first, before)
    # At 204 s the window has four of the two beats that it must have.
    assert end[203] == 192 + AHEAD_S
    assert longer.until_s[longer.of_beat[203]] == 192 + AHEAD_S
    assert end[204] == 204
    assert windows.lengthen(time_s, np.ones(400, bool)) is windows


def test_some_of_the_windows_are_taken_for_other_beats():
    windows = find_windows(np.arange(60) * 1.0, 12.0, 4.0, 0.0)
    some = windows.take(np.array([1, 3]), np.array([0, 1, 1]))
    np.testing.assert_array_equal(some.spans, windows.spans[[1, 3]])
    assert some.of_beat.tolist() == [0, 1, 1]
    np.testing.assert_array_equal(some.until_s, windows.until_s[[1, 3]])
