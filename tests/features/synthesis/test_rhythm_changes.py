"""Synthetic rhythms: as early or late as stated, within what a heart can do, defined everywhere."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.features.rhythm_context import RR_LIMITS_S, Intervals, RhythmContext
from ecg_anomaly.features.rhythm_features import compute_rhythm
from ecg_anomaly.features.synthesis.rhythm_changes import (
    change_rate,
    end_run,
    join_run,
    make_premature,
)

N = 400


def steady(rr: float = 0.8, n: int = N) -> tuple[Intervals, RhythmContext]:
    same, nothing = np.full(n, rr), np.zeros(n)
    intervals, none = Intervals(same, same), (nothing, nothing)
    return intervals, RhythmContext(same, same, same, nothing, *none, same, *none)


def early(rhythm, rng):
    n = len(rhythm[0].previous_s)
    return make_premature(rhythm, np.full(n, 0.4), np.full(n, 0.3), rng)


CHANGES = [early, join_run, change_rate, end_run]


@pytest.mark.parametrize("change", CHANGES)
@settings(max_examples=15, deadline=None)
@given(rr=st.floats(*RR_LIMITS_S), seed=st.integers(0, 2**32 - 1))
def test_intervals_stay_within_the_limits_and_features_finite(change, rr, seed):
    rhythm = steady(rr, 50)
    intervals, context = change(rhythm, np.random.default_rng(seed))
    for value in (intervals.previous_s, intervals.next_s):
        assert RR_LIMITS_S[0] <= value.min() <= value.max() <= RR_LIMITS_S[1]
    assert np.isfinite(compute_rhythm(intervals, context)).all()
    for field in fields(RhythmContext):
        np.testing.assert_array_equal(getattr(steady(rr, 50)[1], field.name),
                                      getattr(rhythm[1], field.name))  # fmt: skip


def change_steady(change) -> dict[str, np.ndarray]:
    intervals, context = change(steady(), np.random.default_rng(0))
    return {**vars(intervals), **vars(context)}


def test_an_early_beat_comes_so_much_earlier_and_pauses_so_much_longer():
    found = change_steady(early)
    np.testing.assert_allclose(found["previous_s"], 0.8 * np.exp(-0.4))
    np.testing.assert_allclose(found["next_s"], 0.8 * np.exp(0.3))
    for name in ("mean_s", "local_s", "before_s"):
        np.testing.assert_array_equal(found[name], 0.8, err_msg=name)
    assert 0.3 < (found["low"] < 0).mean() < 0.5


def test_nothing_earlier_and_no_pause_leave_the_intervals():
    none = np.zeros(N)
    intervals, context = make_premature(steady(), none, none, np.random.default_rng(0))
    np.testing.assert_array_equal(intervals.previous_s, 0.8)
    np.testing.assert_array_equal(intervals.next_s, 0.8)
    np.testing.assert_array_equal(context.low, 0)


def test_in_a_run_neighbours_are_like_the_beat_and_the_minutes_are_not():
    intervals, context = early(steady(), np.random.default_rng(1))
    found = join_run((intervals, context), np.random.default_rng(0))[1]
    np.testing.assert_array_equal(found.mean_s, 0.8)
    for value in (found.local_s, found.before_s):
        assert np.abs(np.log(value / intervals.previous_s)).max() < 0.3
    assert (found.low < np.log(intervals.previous_s / 0.8)).all()


def test_a_changed_rate_leaves_the_beat_and_moves_what_it_is_compared_with():
    found = change_steady(change_rate)
    np.testing.assert_array_equal(found["previous_s"], 0.8)
    against_mean = np.log(found["previous_s"] / found["mean_s"])
    assert against_mean.min() < -0.5
    assert np.median(against_mean) < -0.1
    assert np.abs(np.log(found["local_s"] / 0.8)).max() < 0.3


def test_after_a_run_a_normal_beat_is_late_against_everything():
    found = change_steady(end_run)
    np.testing.assert_array_equal(found["previous_s"], 0.8)
    for name in ("mean_s", "local_s", "before_s"):
        assert (found[name] < 0.8).all(), name
    assert (found["low"] < found["high"]).all()


@pytest.mark.parametrize("change", CHANGES)
def test_no_beats_stay_none(change):
    intervals, context = change(steady(n=0), np.random.default_rng(0))
    assert len(intervals.previous_s) == len(context.low) == 0
