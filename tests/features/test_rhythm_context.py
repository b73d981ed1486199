"""RR intervals and what they are compared with: by hand, in gaps, and piece by piece."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.features.interval_summary import UNKNOWN_RR_S
from ecg_anomaly.features.rhythm_context import (
    RR_LIMITS_S,
    Intervals,
    clip_interval,
    clip_intervals,
    measure_intervals,
)


def times(rr) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(rr)])


def measure(time_s) -> Intervals:
    return measure_intervals(time_s, np.ones(len(time_s), bool))


def test_the_first_and_the_last_beat_borrow_their_only_interval():
    found = measure_intervals(times([1.0, 0.5, 1.4]), np.ones(4, bool))
    np.testing.assert_allclose(found.previous_s, [1.0, 1.0, 0.5, 1.4])
    np.testing.assert_allclose(found.next_s, [1.0, 0.5, 1.4, 1.4])


def test_an_interval_is_unknown_when_a_beat_that_it_may_wait_for_may_be_none():
    certain = np.array([True, True, False, True, True])
    found = measure_intervals(times([1.0, 0.5, 1.4, 0.9]), certain)
    np.testing.assert_allclose(found.previous_s, [1.0, 1.0, np.nan, np.nan, 0.9])
    np.testing.assert_allclose(found.next_s, [1.0, 0.5, np.nan, 0.9, 0.9])


@given(st.lists(st.tuples(st.floats(0.1, 4.0), st.booleans()), min_size=1, max_size=12))
def test_a_peak_that_follows_is_all_that_the_last_interval_waits_for(beats):
    rr_s, certain = np.array([rr for rr, _ in beats]), np.array([sure for _, sure in beats])
    time_s = np.cumsum(rr_s)
    whole = measure_intervals(np.append(time_s, time_s[-1] + 0.7), np.append(certain, False))
    found = measure_intervals(time_s, certain, after_s=float(time_s[-1] + 0.7))
    np.testing.assert_array_equal(found.previous_s, whole.previous_s[:-1])
    np.testing.assert_array_equal(found.next_s, whole.next_s[:-1])


def test_intervals_are_clipped_and_a_lone_beat_has_the_unknown_one():
    found = measure(times([0.01, 60.0, 0.8]))
    np.testing.assert_allclose(found.previous_s, [RR_LIMITS_S[0], *RR_LIMITS_S, 0.8])
    lone = measure(np.array([5.0]))
    assert lone.previous_s.tolist() == lone.next_s.tolist() == [UNKNOWN_RR_S]


def test_unknown_intervals_are_filled_and_known_ones_stay():
    intervals = Intervals(np.array([np.nan, 0.7]), np.array([0.9, np.nan]))
    filled = intervals.fill(np.array([0.5, 0.6]))
    assert filled.previous_s.tolist() == [0.5, 0.7]
    assert filled.next_s.tolist() == [0.9, 0.6]


@pytest.mark.parametrize(("lost_s", "unknown"), [(RR_LIMITS_S[0], True), (0.19, False)])
def test_an_interval_is_unknown_when_a_beat_may_be_lost_in_it(lost_s, unknown):
    found = measure(times([0.8] * 4)).without_gaps(np.array([0, 0, lost_s, lost_s, lost_s]))
    assert np.isnan(found.previous_s).tolist() == [False, False, unknown, False, False]
    assert np.isnan(found.next_s).tolist() == [False, unknown, False, False, False]
    early = measure(times([0.8])).without_gaps(np.array([0, 0, lost_s]))
    assert np.isnan(early.next_s).tolist() == [False, unknown]
    assert not np.isnan(early.previous_s).any()


def test_intervals_of_20_to_300_beats_a_minute_are_taken_as_they_are():
    assert RR_LIMITS_S == (60 / 300, 60 / 20)
    found = measure(times([0.21, 0.1, 2.9, 3.5]))
    np.testing.assert_allclose(found.previous_s, [0.21, 0.21, 0.2, 2.9, 3.0])


def test_one_interval_is_clipped_as_many_are():
    rr_s = np.array([-1.0, 0.0, 0.2, 0.21, 1.7, 3.0, 3.1, 1e9])
    assert [clip_interval(rr) for rr in rr_s.tolist()] == clip_intervals(rr_s).tolist()
