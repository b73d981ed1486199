"""What intervals are compared with: by hand, without any known, piece by piece, of many records."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.history_windows import find_windows
from ecg_anomaly.features.interval_summary import (
    UNKNOWN_RR_S,
    IntervalSummary,
    summarise_intervals,
)
from ecg_anomaly.features.rhythm_comparison import compare_last, take_last
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext, measure_intervals
from one_record import compare_rhythm


def times(rr) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(rr)])


def random_times(n: int = 80) -> np.ndarray:
    return times(np.random.default_rng(0).uniform(0.5, 1.3, n - 1))


def measure(time_s) -> Intervals:
    return measure_intervals(time_s, np.ones(len(time_s), bool))


def compare(time_s, intervals, span_s=10.0, local_beats=4, since=0) -> RhythmContext:
    clock, there = HistoryClock(span_s, 1.0, time_s[0]), np.ones(len(time_s), bool)
    known = np.isfinite(intervals.previous_s)
    windows = find_windows(time_s, clock, known, there, slice(since, None))
    minutes = summarise_intervals(intervals.previous_s, windows).select(windows.of_beat)
    return compare_rhythm(intervals.previous_s, minutes, local_beats, since)


def test_what_a_beat_is_compared_with_by_hand():
    time_s = times([1.0] * 12 + [0.5, 1.7, 0.9])
    found = compare(time_s, measure(time_s), span_s=12.0, local_beats=3)
    # The last beat, at 15.1 s: the intervals that lie whole between 4 s and 15 s.
    assert found.mean_s[-1] == pytest.approx((8 * 1.0 + 0.5 + 1.7) / 10)
    assert found.local_s[-1] == pytest.approx(np.median([1.0, 0.5, 1.7]))
    assert found.before_s[-1] == pytest.approx(1.7)


def test_without_a_known_interval_the_mean_stands_for_everything():
    time_s = np.arange(20) * 0.6
    found = compare(time_s, measure_intervals(time_s, np.zeros(20, bool)))
    for values in (found.mean_s, found.local_s, found.before_s):
        np.testing.assert_array_equal(values, UNKNOWN_RR_S)
    for values in (found.irregularity, found.low, found.high):
        np.testing.assert_array_equal(values, 0)


@pytest.mark.parametrize("m", [20, 33, 79])
def test_beats_compared_later_get_what_they_would_have_got_at_once(m):
    time_s = random_times()
    intervals = measure(time_s)
    whole = compare(time_s, intervals)
    later = compare(time_s, intervals, since=m)
    for field in fields(RhythmContext):
        expected = getattr(whole.select(np.arange(m, len(time_s))), field.name)
        np.testing.assert_array_equal(getattr(later, field.name), expected, err_msg=field.name)


def test_the_last_intervals_before_a_beat_repeat_the_first_of_all():
    rows = take_last(np.array([5.0, 1.0, 2.0, 9.0]), np.array([0, 2, 3]), 2)
    assert rows.tolist() == [[5.0, 5.0, 5.0], [5.0, 1.0, 2.0], [1.0, 2.0, 9.0]]


def test_of_the_first_beats_only_intervals_that_have_been_count():
    rr_s = np.array([0.8, 0.4, 0.6, 0.7])
    found = compare_rhythm(rr_s, IntervalSummary(*np.ones((3, 4))), 2)
    np.testing.assert_allclose(found.local_s, [0.8, 0.8, 0.6, 0.5])
    np.testing.assert_allclose(found.before_s, [0.8, 0.8, 0.4, 0.6])
    changes = np.log([1.0, 0.5, 1.5])
    expected = [0.0, 0.0, np.std(changes[:2]), np.std(changes[1:])]
    np.testing.assert_allclose(found.irregularity, expected, atol=1e-15)


def test_beats_of_any_records_are_compared_as_those_of_each():
    rng, n = np.random.default_rng(1), 4
    records = [rng.uniform(0.5, 1.3, 40) for _ in range(3)]
    rows = [np.array([0, 1]), np.array([39]), np.array([3, 20, 21])]
    minutes = [IntervalSummary(*rng.uniform(0.6, 1, (3, len(own)))) for own in rows]
    pairs = list(zip(records, rows, strict=True))
    last_s = np.concatenate([take_last(rr, own, n + 1) for rr, own in pairs])
    joined = IntervalSummary(*np.concatenate([list(vars(m).values()) for m in minutes], axis=1))
    found, edge = compare_last(last_s, np.concatenate(rows), joined), 0
    for (rr, own), mean in zip(pairs, minutes, strict=True):
        alone = compare_last(take_last(rr, own, n + 1), own, mean)
        for name, values in vars(alone).items():
            np.testing.assert_array_equal(getattr(found, name)[edge : edge + len(own)], values)
        edge += len(own)
