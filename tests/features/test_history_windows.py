"""Windows move by the clock: what one window says depends on nothing outside of it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.features.history_clock import LONGEST_WAIT_S, HistoryClock
from ecg_anomaly.features.history_windows import (
    FIRST_BEATS,
    HistoryWindows,
    find_full_window,
    find_windows,
)
from ecg_anomaly.features.interval_summary import summarise_intervals


def of_each(windows: HistoryWindows) -> tuple[np.ndarray, np.ndarray]:
    return windows.first[windows.of_beat], windows.end[windows.of_beat]


def windows_at(time_s, span_s=300.0, step_s=12.0, good=None, there=None) -> HistoryWindows:
    """Windows of beats of which some are good; all are there by default."""
    every = np.ones(len(time_s), bool)
    clock = HistoryClock(span_s, step_s, float(time_s[0]) if len(time_s) else 0.0)
    good, there = (every if marks is None else marks for marks in (good, there))
    return find_windows(time_s, clock, good, there)


def test_the_first_ten_beats_see_each_other_and_later_ones_what_was_before_the_last_move():
    time_s = 0.5 + np.arange(500) * 0.8
    windows = windows_at(time_s)
    first, end = of_each(windows)
    assert first[:10].tolist() == [0] * 10
    assert end[:10].tolist() == [FIRST_BEATS] * 10
    np.testing.assert_array_equal(windows.known_s[:10], time_s[9])
    for k in range(10, 500):
        moved = time_s[k] // 12 * 12
        inside = (time_s >= moved - 288.0) & (time_s < moved)
        seen = np.flatnonzero(inside)[int(moved > 288.5) :] if moved else np.arange(10)
        np.testing.assert_array_equal(np.arange(first[k], end[k]), seen)
        assert windows.known_s[k] <= time_s[k]


def test_windows_are_counted_from_a_later_row():
    whole = windows_at(0.5 + np.arange(500) * 0.8)
    later = whole.since(7)
    np.testing.assert_array_equal(later.spans, whole.spans - 7)
    np.testing.assert_array_equal(later.moved_s, whole.moved_s)


def test_no_beat_looks_ahead_further_than_to_the_tenth_or_the_longest_wait():
    slow = 0.1 + np.arange(20) * 3.0
    windows = windows_at(slow)
    _, end = of_each(windows)
    waited = int(np.searchsorted(slow, slow[0] + LONGEST_WAIT_S))
    assert end[:waited].tolist() == [waited] * waited
    np.testing.assert_array_equal(windows.known_s[:4], slow[0] + LONGEST_WAIT_S)
    assert (windows.known_s[waited:] <= slow[waited:]).all()


def test_after_a_long_gap_the_next_ten_beats_see_each_other():
    time_s = np.concatenate([np.arange(20) * 0.8, 900.1 + np.arange(40) * 0.8])
    first, end = of_each(windows_at(time_s))
    # The interval of the first beat after the gap is the gap: it is not compared with.
    assert first[20:31].tolist() == [21] * 11
    assert end[20:31].tolist() == [31] * 11
    alone = np.array([0.0, 1.0, 500.2])
    first, end = of_each(windows_at(alone))
    assert (first[2], end[2]) == (2, 3)


def test_a_lead_that_comes_on_is_waited_for_until_ten_beats_are_good():
    time_s = np.arange(400) * 1.0
    there = time_s >= 206.0
    good = there & (time_s != 207.0)
    windows = windows_at(time_s, good=good, there=there)
    _, end = of_each(windows)
    np.testing.assert_array_equal(end[206:217], 217)
    np.testing.assert_array_equal(windows.known_s[206:217], 216.0)
    # Where it is not there yet nothing is waited for.
    np.testing.assert_array_equal(windows.known_s[:206], time_s[:206] // 12 * 12)


def test_while_a_lead_is_in_doubt_for_minutes_nothing_waits():
    """Beats in doubt come without delay; the first good ones wait for each other."""
    time_s = np.arange(400) * 1.0
    good = time_s >= 200.0
    windows = windows_at(time_s, good=good)
    first, end = of_each(windows)
    np.testing.assert_array_equal(windows.known_s[:20], LONGEST_WAIT_S)
    assert (windows.known_s[20:200] <= time_s[20:200]).all()
    np.testing.assert_array_equal(windows.known_s[200:210], 209.0)
    assert end[199] == 192
    assert end[200] == 210
    assert first[200] <= 192


@given(
    rr=st.lists(st.floats(0.3, 5.0), min_size=60, max_size=60),
    good=st.lists(st.booleans(), min_size=61, max_size=61),
    there=st.lists(st.booleans(), min_size=61, max_size=61),
    n=st.integers(1, 61),
)
def test_what_is_known_of_a_window_stays_as_it_is(rr, good, there, n):
    """A window that is known from the first n beats is the same when all are."""
    time_s = 7.0 + np.concatenate([[0.0], np.cumsum(rr)])
    good, there = np.array(good), np.array(good) | there
    whole = windows_at(time_s, 60.0, 12.0, good, there)
    part = windows_at(time_s[:n], 60.0, 12.0, good[:n], there[:n])
    known = part.known_s <= time_s[n - 1]
    np.testing.assert_array_equal(whole.known_s[:n][known], part.known_s[known])
    for one, other in zip(of_each(whole), of_each(part), strict=True):
        np.testing.assert_array_equal(one[:n][known], other[known])
    assert (part.known_s <= time_s[:n] + LONGEST_WAIT_S).all()


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
    windows = windows_at(time_s, 20.0, 4.0)
    found = summarise_intervals(np.diff(time_s, prepend=np.nan), windows)
    values = np.column_stack(list(vars(found).values()))
    return dict(zip(time_s.tolist(), map(tuple, values[windows.of_beat].tolist()), strict=True))


def test_no_beat_has_no_window():
    windows = windows_at(np.zeros(0), 5.0, 1.0)
    assert len(windows.first) == len(windows.of_beat) == 0


@given(
    st.lists(st.tuples(st.floats(0.3, 2.5), st.booleans()), min_size=1, max_size=150),
    st.sampled_from([(300.0, 12.0), (30.0, 6.0), (14.0, 3.0)]),
)
def test_a_full_window_alone_holds_the_same_beats(beats, settings):
    time_s, good = np.cumsum([rr for rr, _ in beats]), np.array([sure for _, sure in beats])
    clock, there = HistoryClock(*settings, float(time_s[0])), np.ones(len(time_s), bool)
    windows = find_windows(time_s, clock, good, there)
    moved = clock.moved_s(np.append(time_s, 1e6))
    for row, time in enumerate(time_s.tolist()):
        moved_s, window = clock.moved_at(time), windows.of_beat[row]
        assert moved_s == moved[row] == clock.moved_s(time_s[row : row + 1])[0]
        found = find_full_window(time_s, clock, good, moved_s)
        assert (found is not None) == bool(windows.full[window])
        if found is not None:
            assert (found.start, found.stop) == tuple(windows.spans[window])
            assert windows.known_s[row] <= time
