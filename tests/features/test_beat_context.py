"""What beats are compared with: earlier readable beats, no premature ones in the template."""

from dataclasses import fields

import numpy as np
import pytest

from default_config import preprocess_config
from detected_windows import make_detected, noisy_beats
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.beat_context import BeatsInContext, History, concatenate_contexts
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.history_windows import find_windows
from ecg_anomaly.features.interval_summary import summarise_intervals
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.past_beats import PastBeats
from ecg_anomaly.features.rhythm_context import measure_intervals
from ecg_anomaly.features.span_summary import SMALLEST_AMPLITUDE_MV
from one_record import compare_rhythm, look_back

SPAN_S, STEP_S, MOST = 10.0, 2.0, 8
WINDOW = BeatWindow.from_config(preprocess_config())
NEAR_P, _ = around_p_wave(WINDOW)


def history(waveform, readable=None, premature=None, span_s=SPAN_S, most=MOST) -> History:
    n = len(waveform)
    readable = np.ones(n, bool) if readable is None else readable
    premature = np.zeros(n, bool) if premature is None else premature
    unreadable = np.where(readable, "", "flat")
    beats = make_detected(np.arange(n) * 1.0, waveform, unreadable)
    return look_back_from(beats, premature, span_s, most)


def look_back_from(beats, premature, span_s=SPAN_S, most=MOST, since=0) -> History:
    clock, trusted = HistoryClock(span_s, STEP_S, float(beats.time_s[0])), beats.trusted[:, 0]
    windows = find_windows(beats.time_s, clock, trusted, beats.present[:, 0], slice(since, None))
    previous_s = np.where(premature, 0.5, 1.0)
    past = PastBeats(beats.time_s, beats.waveform, beats.present, trusted, previous_s)
    found = look_back(past, 0.9, windows, most, WINDOW).first
    return found.select(windows.of_beat)


def assert_equal(one: History, other: History, rows: slice = slice(None)) -> None:
    for field in fields(History):
        pair = (getattr(split, field.name)[rows] for split in (one, other))
        np.testing.assert_array_equal(*pair, err_msg=field.name)


@pytest.mark.parametrize("k", [10, 11, 17, 40])
def test_after_the_first_ten_no_beat_sees_itself_or_a_later_one(k):
    waveform = noisy_beats()
    changed = waveform.copy()
    changed[k:] = 100.0 * noisy_beats(seed=1)[k:]
    assert_equal(history(changed), history(waveform), slice(0, k + 1))


def test_the_first_ten_beats_share_one_summary_which_nothing_later_changes():
    waveform = noisy_beats()
    changed = waveform.copy()
    changed[10:] = 100.0 * noisy_beats(seed=1)[10:]
    found, other = (history(w, span_s=60.0, most=64) for w in (waveform, changed))
    for field in fields(History):
        values = getattr(found, field.name)
        np.testing.assert_array_equal(values[:10], np.repeat(values[:1], 10, axis=0))
        np.testing.assert_array_equal(values[:10], getattr(other, field.name)[:10])


@pytest.mark.parametrize("n", [1, 3, 11, 60])
def test_a_subject_who_never_changes_is_their_own_template_and_recent_beat(n):
    waveform = np.repeat(noisy_beats(1), n, axis=0)
    found = history(waveform)
    expected = waveform / found.amplitude[:, None, :]
    np.testing.assert_array_equal(found.recent_p, expected[:, NEAR_P])
    np.testing.assert_array_equal(found.template, expected)
    np.testing.assert_allclose(found.part_distance, np.log(0.01), rtol=1e-6)


def test_unreadable_beats_never_enter():
    waveform = noisy_beats()
    readable = np.ones(len(waveform), bool)
    readable[[0, 3, 4, 17, 18, 30]] = False
    garbage = waveform.copy()
    garbage[~readable] = np.nan
    assert_equal(history(garbage, readable), history(waveform, readable))


def test_premature_beats_enter_the_recent_beat_and_not_the_template():
    waveform = np.repeat(noisy_beats(1), 60, axis=0)
    premature = np.arange(60) % 3 != 0
    waveform[premature] *= -1
    found = history(waveform, premature=premature, span_s=30.0, most=64)
    regular = waveform[0] / found.amplitude[0]
    late = slice(16, None)  # before, fewer than five are on time, and all are taken
    expected = np.repeat(regular[None], 60, axis=0)
    np.testing.assert_allclose(found.template[late], expected[late], rtol=1e-6)
    np.testing.assert_allclose(found.recent_p[late], -found.template[late, NEAR_P], rtol=1e-6)


def test_when_nearly_all_are_premature_all_beats_are_taken():
    waveform = noisy_beats()
    everything = history(waveform, premature=np.ones(60, bool))
    np.testing.assert_allclose(everything.template[:, NEAR_P], everything.recent_p, atol=1e-6)


def test_without_a_readable_beat_nothing_is_known_and_nothing_is_nan():
    found = history(noisy_beats(12), np.zeros(12, bool))
    assert not found.recent_p.any()
    assert all(np.isfinite(getattr(found, field.name)).all() for field in fields(History))


def test_a_flat_lead_has_the_smallest_amplitude():
    waveform = noisy_beats()
    waveform[:, :, 1] = 0
    found = history(waveform)
    np.testing.assert_allclose(found.amplitude[:, 1], SMALLEST_AMPLITUDE_MV)
    assert not found.recent_p[:, :, 1].any()


@pytest.mark.parametrize("gain", [0.25, 8.0])
def test_the_gain_of_the_recorder_shows_in_the_amplitude_alone(gain):
    one, other = history(noisy_beats()), history(noisy_beats() * np.float32(gain))
    np.testing.assert_allclose(other.amplitude, one.amplitude * gain, rtol=1e-6)
    np.testing.assert_allclose(other.recent_p, one.recent_p, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(other.part_distance, one.part_distance, rtol=1e-4, atol=1e-5)


def test_the_past_forgets_beats_older_than_it_looks_back():
    waveform = noisy_beats(60)
    waveform[30:] = -waveform[0]
    last = history(waveform)
    expected = waveform[-1] / last.amplitude[-1]
    np.testing.assert_allclose(last.template[-1], expected, rtol=1e-6)
    np.testing.assert_allclose(last.recent_p[-1], expected[NEAR_P], rtol=1e-6)


def detected(n: int = 30) -> DetectedBeats:
    rng = np.random.default_rng(n)
    time_s = np.cumsum(rng.uniform(0.5, 1.2, n))
    unreadable = np.where(rng.random(n) < 0.2, "flat", "")
    return make_detected(time_s, noisy_beats(n), unreadable)


@pytest.mark.parametrize("since", [1, 4, 11, 29])
def test_looking_back_from_the_last_beats_alone_gives_the_same(since):
    beats, premature = detected(), np.arange(30) % 5 == 2
    whole, last = look_back_from(beats, premature), look_back_from(beats, premature, since=since)
    for field in fields(History):
        expected = getattr(whole, field.name)[since:]
        np.testing.assert_array_equal(getattr(last, field.name), expected, err_msg=field.name)


def test_contexts_are_joined_in_order():
    beats = detected()
    past = look_back_from(beats, np.zeros(30, bool))
    intervals = measure_intervals(beats.time_s, np.ones(30, bool))
    clock, all_of_them = HistoryClock(SPAN_S, STEP_S, float(beats.time_s[0])), np.ones(30, bool)
    windows = find_windows(beats.time_s, clock, all_of_them, all_of_them)
    minutes = summarise_intervals(intervals.previous_s, windows).select(windows.of_beat)
    rhythm = compare_rhythm(intervals.previous_s, minutes, 4)
    whole = BeatsInContext(
        past.divide(beats.waveform),
        intervals,
        rhythm,
        past,
        past,
        np.zeros((30, 33)),
        np.arange(30) < 3,
    )
    rows = np.arange(30)
    joined = concatenate_contexts([whole.select(rows[20:]), whole.select(rows[:20])])
    expected = whole.select(np.roll(rows, 10))
    np.testing.assert_array_equal(joined.waveform, expected.waveform)
    np.testing.assert_array_equal(joined.second, expected.second)
    for name in ("intervals", "rhythm", "history", "hour"):
        one, other = getattr(joined, name), getattr(expected, name)
        for field in fields(one):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
