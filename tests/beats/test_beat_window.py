"""The window of a beat in samples."""

import doctest

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from default_config import preprocess_config
from ecg_anomaly.beats import beat_window
from ecg_anomaly.beats.beat_window import PARTS, BeatWindow, place_windows

WINDOWS = st.builds(BeatWindow, st.floats(60, 1000), st.floats(0.05, 1), st.floats(0.05, 1))


def test_the_configured_window():
    config = preprocess_config(fs=100.0, window_before_s=0.3, window_after_s=0.5)
    window = BeatWindow.from_config(config)
    assert window == BeatWindow(100.0, 0.3, 0.5)
    assert (window.n_samples, window.r_peak, window.duration_s) == (80, 30, 0.8)


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(beat_window).failed == 0


@settings(deadline=None, derandomize=True)
@given(window=WINDOWS)
def test_time_is_zero_at_the_r_peak_and_covers_the_window(window):
    assert window.time_s.shape == (window.n_samples,)
    assert window.time_s[window.r_peak] == 0
    assert window.time_s[0] == pytest.approx(-window.before_s, abs=0.5 / window.fs + 1e-9)
    assert window.time_s[-1] == pytest.approx(window.after_s, abs=1.5 / window.fs + 1e-9)


@settings(deadline=None, derandomize=True)
@given(window=WINDOWS, name=st.sampled_from(sorted(PARTS)))
def test_a_part_lies_in_the_window_and_is_never_empty(window, name):
    part = window.part(name)
    assert 0 <= part.start < part.stop <= window.n_samples
    start_s, stop_s = PARTS[name]
    if -window.before_s <= start_s and stop_s <= window.after_s:
        step_s = 1 / window.fs
        assert window.time_s[part][0] == pytest.approx(start_s, abs=step_s)
        assert window.time_s[part][-1] == pytest.approx(stop_s - step_s, abs=step_s)


@pytest.mark.parametrize(
    ("span", "expected"),
    [((-9, 9), slice(0, 8)), ((-9, -8), slice(0, 1)), ((8, 9), slice(7, 8)), ((0, 0), slice(4, 5))],
)
def test_a_span_is_limited_to_the_window(span, expected):
    assert BeatWindow(10.0, 0.4, 0.4).span(*span) == expected
    assert np.arange(8)[expected].size >= 1


def test_the_parts_follow_each_other_around_the_r_peak():
    (p_start, p_stop), (qrs_start, qrs_stop), (t_start, t_stop) = (
        PARTS[name] for name in ("p", "qrs", "t")
    )
    assert p_start < qrs_start < 0 < qrs_stop < t_stop
    # No sample between two parts is left out, and hardly one counts twice.
    assert 0 <= p_stop - qrs_start <= 0.01
    assert qrs_stop == t_start


@pytest.mark.parametrize(
    ("name", "at_s", "width_s"),
    [("p", -0.20, 0.02), ("p", -0.13, 0.015), ("qrs", 0.0, 0.02), ("t", 0.25, 0.05)],
)
def test_a_wave_of_usual_timing_lies_in_its_own_part(name, at_s, width_s):
    window = BeatWindow(500.0, 0.35, 0.5)
    energy = np.exp(-(((window.time_s - at_s) / width_s) ** 2)) ** 2
    share = {part: energy[window.part(part)].sum() / energy.sum() for part in PARTS}
    assert share.pop(name) > 0.98
    assert max(share.values()) < 0.05


def test_a_window_is_too_long_for_what_is_shorter_by_a_sample():
    window = BeatWindow(10.0, 0.4, 0.4)
    assert window.too_long_for(0.8) == window.too_long_for(100.0) == ""
    assert window.too_long_for(0.7) == "0.70 s long, a window takes 0.80 s"


def test_windows_are_laid_around_the_wanted_beats_and_repeat_the_edge_of_the_recording():
    window, r_peak = BeatWindow(10.0, 0.2, 0.3), np.array([1, 10, 18, 40])
    mine = np.array([True, False, True, False])
    places = place_windows(r_peak, mine, range(0, 20), 20, window)
    assert places.index.tolist() == [[0, 0, 1, 2, 3], [16, 17, 18, 19, 19]]
    assert places.outside.tolist() == [True, True]
    assert places.r_peak.tolist() == [1, 10, 18]
    assert places.inside.tolist() == [True, False, True]
    places = place_windows(r_peak, mine, range(16, 50), 50, window)
    assert places.index[1].tolist() == [0, 1, 2, 3, 4]
    assert places.outside.tolist() == [True, False]
