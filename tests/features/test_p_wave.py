"""Is the P wave there: yes, no, upside down; straight lines and height play no part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.p_wave import (
    LAG_S,
    around_p_wave,
    match_around,
    match_at_lags,
    match_p_wave,
    p_wave_energy,
    p_wave_residual,
)

WINDOW = BeatWindow.from_config(preprocess_config())
TIME_S = WINDOW.time_s


def p_wave(centre_s: float = -0.17, height: float = 0.15) -> np.ndarray:
    wave = height * np.exp(-0.5 * ((TIME_S - centre_s) / 0.02) ** 2)
    qrs = np.exp(-0.5 * (TIME_S / 0.012) ** 2)
    return (wave + qrs)[None, :, None]


def match(beat, template=None) -> float:
    return float(match_p_wave(beat, p_wave() if template is None else template, WINDOW)[0, 0])


def test_a_p_wave_matches_itself_and_nothing_is_left():
    assert match(p_wave()) == pytest.approx(1, abs=0.01)
    assert p_wave_residual(p_wave(), p_wave(), 1.0, WINDOW)[0, 0] == pytest.approx(0, abs=1e-12)


def test_where_there_is_none_nothing_matches_and_all_of_the_template_stays():
    flat = p_wave(height=0.0)
    assert match(flat) == pytest.approx(0, abs=0.02)
    left = p_wave_residual(flat, p_wave(), 1.0, WINDOW)
    np.testing.assert_allclose(left, p_wave_energy(p_wave(), WINDOW), rtol=0.01)


def test_an_inverted_p_wave_counts_against():
    assert match(p_wave(height=-0.15)) < -0.3


def test_against_a_template_without_a_p_wave_no_beat_matches_and_none_is_infinite():
    template = np.zeros((1, 96, 1))
    assert match(p_wave(), template) == 0
    assert p_wave_energy(template, WINDOW)[0, 0] > 0


@pytest.mark.parametrize("lag_s", [-LAG_S, -0.01, 0.01, LAG_S])
def test_a_little_earlier_or_later_it_still_matches(lag_s):
    assert match(p_wave(-0.17 + lag_s)) > 0.9


@pytest.mark.parametrize("lag_s", [-0.08, 0.06])
def test_much_earlier_or_later_it_is_another_one(lag_s):
    assert match(p_wave(-0.17 + lag_s)) < 0.6


@settings(max_examples=30, deadline=None)
@given(st.floats(-2, 2), st.floats(-20, 20), st.floats(-2, 2), st.floats(-20, 20))
def test_straight_lines_change_nothing(level, slope, other_level, other_slope):
    line = (level + slope * TIME_S)[None, :, None]
    other = (other_level + other_slope * TIME_S)[None, :, None]
    assert match(p_wave() + line, p_wave() + other) == pytest.approx(match(p_wave()), abs=1e-6)


@pytest.mark.parametrize("gain", [0.5, 2.0, 4.0])
def test_the_unit_of_amplitude_hardly_matters_and_the_height_counts_in_proportion(gain):
    assert match(gain * p_wave(), gain * p_wave()) == pytest.approx(match(p_wave()), abs=0.01)
    assert match(p_wave(height=0.15 * gain)) == pytest.approx(gain, rel=0.05)


def test_each_beat_is_compared_with_its_own_template():
    beats = np.concatenate([p_wave(), p_wave(height=0.0)])
    np.testing.assert_allclose(match_p_wave(beats, beats, WINDOW)[:, 0], [1, 0], atol=0.02)


def test_the_best_of_all_lags_is_that_of_the_lags_one_by_one():
    beats = np.random.default_rng(0).normal(size=(40, WINDOW.n_samples, 2))
    template, (around, within) = beats[::-1] * 0.5, around_p_wave(WINDOW)
    best = match_p_wave(beats, template, WINDOW)
    lags = [
        match_around(
            np.roll(beats, -lag, axis=1)[:, around][:, within], template[:, around][:, within]
        )
        for lag in range(-within.start, within.start + 1)
    ]
    np.testing.assert_array_equal(best, np.max(lags, axis=0))


def test_many_spans_at_once_are_compared_as_beat_by_beat():
    beats = np.random.default_rng(0).normal(size=(50, WINDOW.n_samples, 2)).astype(np.float32)
    template = beats[:1] + beats[1:2]
    around, within = around_p_wave(WINDOW)
    near = beats[:, around].transpose(2, 1, 0)[:, :, None]
    wanted = template[:, around][:, within].transpose(2, 1, 0)
    found = match_at_lags(near, wanted, np.ones((2, 1), np.float32))
    expected = match_p_wave(beats, np.broadcast_to(template, beats.shape), WINDOW)
    np.testing.assert_allclose(found[:, 0].T, expected, rtol=1e-4, atol=1e-5)
