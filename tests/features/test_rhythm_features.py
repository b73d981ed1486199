"""Rhythm features: by hand, and by what may not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.history_windows import find_windows
from ecg_anomaly.features.interval_summary import summarise_intervals
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S, measure_intervals
from ecg_anomaly.features.rhythm_features import RHYTHM_FEATURES, compute_rhythm
from one_record import compare_rhythm

intervals = st.lists(st.floats(0.5, 1.5), min_size=25, max_size=60)


def times(rr) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(rr)])


def describe(time_s, history_s=300.0, local_beats=10, certain=None, windows=None) -> np.ndarray:
    found = measure_intervals(time_s, np.ones(len(time_s), bool) if certain is None else certain)
    clock, there = HistoryClock(history_s + 2.0, 1.0, time_s[0]), np.ones(len(time_s), bool)
    windows = windows or find_windows(time_s, clock, np.isfinite(found.previous_s), there)
    minutes = summarise_intervals(found.previous_s, windows).select(windows.of_beat)
    context = compare_rhythm(found.previous_s, minutes, local_beats)
    return compute_rhythm(found.fill(context.local_s), context)


def rhythm(rr, **config) -> dict[str, np.ndarray]:
    """Name the columns of the rhythm of beats with these intervals between them."""
    return dict(zip(RHYTHM_FEATURES, describe(times(rr), **config).T, strict=True))


def test_a_regular_rhythm_is_as_expected_everywhere():
    found = rhythm([0.8] * 40, history_s=10)
    for name in RHYTHM_FEATURES:
        if name not in ("rr_irregularity", "rr_place_in_range"):
            np.testing.assert_allclose(found[name], 0, atol=1e-9, err_msg=name)
        assert np.ptp(found[name]) < 1e-9, name


def test_a_premature_beat_and_its_pause_by_hand():
    found = rhythm([1.0] * 20 + [0.5, 1.5] + [1.0] * 4, history_s=10)
    early, after = 21, 22
    for name in ("rr_previous_to_mean", "rr_previous_to_local", "rr_previous_change"):
        assert found[name][early] == pytest.approx(np.log(0.5)), name
    for name in ("rr_next_to_mean", "rr_next_to_local"):
        assert found[name][early] == pytest.approx(np.log(1.5)), name
    assert found["rr_next_to_previous"][early] == pytest.approx(np.log(3))
    assert found["rr_before_previous_to_mean"][early] == pytest.approx(0)
    assert found["rr_mean"][early] == pytest.approx(np.log(1 / 0.8))
    assert found["rr_previous_to_local"][after] == pytest.approx(np.log(1.5))
    assert found["rr_previous_to_mean"][after] == pytest.approx(np.log(1.5 / 0.95))
    assert found["rr_place_in_range"][early] < found["rr_place_in_range"][early - 1] - 1


def test_the_mean_forgets_what_is_older_than_it_looks_back():
    found = rhythm([1.5] * 20 + [0.75] * 40, history_s=10)
    assert found["rr_mean"][20] == pytest.approx(np.log(1.5 / 0.8))
    assert found["rr_mean"][-1] == pytest.approx(np.log(0.75 / 0.8))


@settings(max_examples=40, deadline=None)
@given(intervals, st.data())
def test_after_the_first_beats_a_beat_sees_no_further_than_the_next_one(rr, data):
    time_s = times(rr)
    first = int((time_s < 5.5).sum())  # windows of 11 s reach ahead for half of it at most
    k = data.draw(st.integers(min(first, len(time_s) - 2), len(time_s) - 2))
    later = time_s.copy()
    later[k + 2 :] = time_s[k + 1] + np.arange(1, len(time_s) - k - 1) * 0.37
    whole, changed = (describe(t, history_s=10.0, local_beats=4) for t in (time_s, later))
    np.testing.assert_allclose(changed[: k + 1], whole[: k + 1], atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(intervals, st.floats(0.6, 1.6))
def test_ratios_do_not_depend_on_the_heart_rate(rr, factor):
    every = np.ones(len(rr) + 1, bool)
    windows = find_windows(times(rr), HistoryClock(20.0, 2.0, 0.0), every, every)
    one, other = (describe(times(rr) * f, windows=windows) for f in (1.0, factor))
    mean = RHYTHM_FEATURES.index("rr_mean")
    np.testing.assert_allclose(other[:, mean], one[:, mean] + np.log(factor), atol=1e-9)
    np.testing.assert_allclose(np.delete(other, mean, 1), np.delete(one, mean, 1), atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(intervals, st.integers(0, 100_000))
def test_the_time_of_day_changes_nothing(rr, start):
    rr = np.round(np.array(rr) * 256) / 256  # exact at any time of day
    time_s = times(rr)
    shifted = describe(time_s + start, history_s=10.0)
    np.testing.assert_allclose(shifted, describe(time_s, history_s=10.0), atol=1e-9)


def test_in_a_long_run_the_mean_of_minutes_keeps_what_the_local_median_loses():
    found = rhythm([0.9] * 400 + [0.45] * 30 + [0.9] * 3)
    late_in_run = slice(425, 431)
    assert found["rr_previous_to_mean"][late_in_run].max() < np.log(0.7)
    np.testing.assert_allclose(found["rr_previous_to_local"][late_in_run], 0, atol=1e-12)
    assert found["rr_previous_to_local"][431] > np.log(1.9)
    assert found["rr_previous_to_mean"][431] < np.log(1.3)


def noisy_minute(seed=0):
    """A regular heart; for a minute beats are found wherever noise has a peak."""
    rng = np.random.default_rng(seed)
    regular = np.arange(0, 400, 0.8)
    noise = np.sort(rng.uniform(200, 260, 200))
    time_s = np.sort(np.concatenate([regular[(regular < 200) | (regular > 260)], noise]))
    return time_s, (time_s < 200) | (time_s > 260)


def test_noise_leaves_the_rhythm_of_the_beats_after_it_alone():
    time_s, certain = noisy_minute()
    found = describe(time_s, certain=certain)
    after = time_s > 260
    quiet = [RHYTHM_FEATURES.index(n) for n in RHYTHM_FEATURES if n != "rr_place_in_range"]
    np.testing.assert_allclose(found[after][:, quiet][:, :7], 0, atol=1e-6)
    spoilt = describe(time_s)
    assert np.abs(spoilt[after][:, 0]).max() > 0.1


@pytest.mark.parametrize("known", [0, 1, 2])
def test_a_record_of_which_hardly_an_interval_is_known_has_numbers(known):
    time_s = np.arange(60) * 0.7
    found = describe(time_s, 10.0, 5, certain=np.arange(60) < known)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_record_with_hardly_a_beat_has_numbers(n):
    found = describe(np.arange(n) * 0.8)
    assert found.shape == (n, len(RHYTHM_FEATURES))
    assert np.isfinite(found).all()
    mean = RHYTHM_FEATURES.index("rr_previous_to_mean")
    np.testing.assert_allclose(found[:, mean], 0, atol=1e-12)


@pytest.mark.parametrize("gap_s", [10.0, 3600.0])
def test_a_gap_counts_as_the_longest_interval_and_leaves_no_nan(gap_s):
    rr = [0.8] * 500 + [gap_s] + [0.8] * 20
    found = rhythm(rr)
    assert all(np.isfinite(values).all() for values in found.values())
    assert found["rr_previous_to_local"][501] == pytest.approx(np.log(RR_LIMITS_S[1] / 0.8))


def test_a_double_detection_is_clipped_and_not_infinite():
    found = rhythm([0.8] * 20 + [0.0] + [0.8] * 5, history_s=10)
    assert found["rr_previous_to_local"][21] == pytest.approx(np.log(RR_LIMITS_S[0] / 0.8))
    assert np.isfinite(list(found.values())).all()


def test_irregularity_and_place_in_range_of_a_regular_rhythm_by_hand():
    found = rhythm([0.8] * 40, history_s=10)
    np.testing.assert_allclose(found["rr_irregularity"], np.log(0.01) + 3.0, atol=1e-9)
    np.testing.assert_allclose(found["rr_place_in_range"], -0.25, atol=1e-9)


def test_the_largest_changes_are_equally_extreme():
    found = rhythm([3.0] * 20 + [0.2] * 3 + [3.0] * 3, history_s=10)
    assert np.log(3.0 / 0.2) > 2.5
    assert found["rr_previous_change"].min() == -2.5
    assert max(np.abs(values).max() for values in found.values()) == 2.5
