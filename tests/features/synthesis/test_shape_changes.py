"""Another P wave only before the QRS complex; wide QRS complexes mixed in by the stated share."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.morphology import _qrs_width
from ecg_anomaly.features.p_wave import match_p_wave
from ecg_anomaly.features.synthesis.random_waves import bump
from ecg_anomaly.features.synthesis.shape_changes import (
    END_S,
    FADE_S,
    change_p_wave,
    draw_wide_beats,
    widen_beats,
)

WINDOW = BeatWindow.from_config(preprocess_config())
N, FAR = 400, np.full(400, 2.0)  # after 2 s no T wave of the beat before is left in the window


def beat(time_s, p_wave: float = 0.2, n: int = N) -> np.ndarray:
    each = np.ones((n, 1, 1))
    return (
        p_wave * bump(time_s, -0.17 * each, 0.02 * each)
        + bump(time_s, 0 * each, 0.012 * each)
        + 0.3 * bump(time_s, 0.25 * each, 0.04 * each)
    )


def change(time_s, removed: bool, interval_s=FAR, foreign=None, seed: int = 0) -> np.ndarray:
    beats = beat(time_s)
    foreign = beats if foreign is None else foreign
    always = np.full(N, removed)
    rng = np.random.default_rng(seed)
    return change_p_wave(beats, beats, foreign, interval_s, always, time_s, rng)


@pytest.mark.parametrize("removed", [True, False])
def test_from_the_qrs_complex_on_nothing_changes(time_s, removed):
    kept = time_s >= FADE_S
    found = change(time_s, removed, np.full(N, 0.4))
    np.testing.assert_array_equal(found[:, kept], beat(time_s)[:, kept])
    assert not np.array_equal(found, beat(time_s))


def test_a_removed_p_wave_is_gone(time_s):
    early = time_s < END_S
    found = change(time_s, removed=True)
    assert np.abs(found[:, early]).max() < 0.01 < np.abs(beat(time_s)[:, early]).max()


def test_some_p_waves_are_missing_some_inverted_and_some_stay(time_s):
    found = match_p_wave(change(time_s, removed=False), beat(time_s), WINDOW)[:, 0]
    assert (np.abs(found - 1) < 0.05).mean() > 0.1
    assert (np.abs(found) < 0.05).mean() > 0.2
    assert (found < -0.1).mean() > 0.1


def test_the_t_wave_of_the_beat_before_falls_where_it_must(time_s):
    found = change(time_s, True, np.full(N, 0.4))[0, :, 0]
    early = time_s < END_S
    assert time_s[early][found[early].argmax()] == pytest.approx(0.25 - 0.4, abs=0.01)
    assert found[early].max() == pytest.approx(0.3, rel=0.05)


def test_another_subjects_p_wave_comes_from_that_subject_alone(time_s):
    with_p, without = change(time_s, False), change(time_s, False, foreign=beat(time_s, 0.0))
    differs = (with_p != without).any(axis=(1, 2))
    # A quarter takes another subject's; the rest does not look at it.
    assert 0.15 < differs.mean() < 0.35


@pytest.mark.parametrize("before_s", [0.051, 0.06, 0.35])
def test_a_window_without_room_for_a_p_wave_gives_numbers(before_s):
    config = preprocess_config(window_before_s=before_s)
    start = -round(before_s * config.fs)
    time_s = np.arange(start, start + 60) / config.fs
    assert np.isfinite(change(time_s, removed=False)).all()


N_WIDE = 300


def narrow(time_s, height: float = 1.0) -> np.ndarray:
    each = np.ones((N_WIDE, 1, 2))
    return height * bump(time_s, 0 * each, 0.012 * each)


def widen(time_s, share: float, seed: int = 0, height: float = 1.0) -> np.ndarray:
    beats = narrow(time_s)
    rng = np.random.default_rng(seed)
    return widen_beats(beats, beats, narrow(time_s, height), np.full(N_WIDE, share), time_s, rng)


def test_a_share_of_nothing_leaves_the_beat_alone(time_s):
    np.testing.assert_array_equal(widen(time_s, 0.0), narrow(time_s))


def test_a_whole_share_widens_every_beat(time_s):
    before = _qrs_width(narrow(time_s), WINDOW)
    assert (_qrs_width(widen(time_s, 1.0), WINDOW) > 1.1 * before).all()


def test_what_comes_before_the_qrs_complex_stays(time_s):
    before = time_s < -0.117
    np.testing.assert_array_equal(widen(time_s, 1.0)[:, before], narrow(time_s)[:, before])


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_mixture_lies_between_the_beat_and_the_wide_one(time_s, share):
    whole, mixed = widen(time_s, 1.0), widen(time_s, share)
    expected = narrow(time_s) * (1 - share) + whole * share
    np.testing.assert_allclose(mixed, expected, atol=1e-12)


def test_a_third_of_the_beats_comes_from_other_subjects(time_s):
    differs = (widen(time_s, 1.0) != widen(time_s, 1.0, height=0.5)).any(axis=(1, 2))
    assert 0.2 < differs.mean() < 0.45


def test_drawn_beats_are_finite_and_no_two_alike(time_s):
    drawn = draw_wide_beats(50, 2, time_s, np.random.default_rng(0))
    assert drawn.shape == (50, 96, 2)
    assert np.isfinite(drawn).all()
    assert len(np.unique(drawn.round(6), axis=0)) == 50
    assert np.ptp(drawn, axis=1).min() > 0.1
