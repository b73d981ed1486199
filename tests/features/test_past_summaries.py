"""The last minutes are summarised once for all beats that share them."""

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features import past_summaries
from ecg_anomaly.features.asked_beats import AskedBeats, Comparison, ForeseenBeat
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.past_summaries import foresee_minutes, summarise_hour, summarise_minutes
from ecg_anomaly.features.rhythm_context import NextPeak

WINDOW = BeatWindow.from_config(preprocess_config())
CONFIG = features_config(history_s=40.0, history_update_s=20.0, slow_history_s=1500.0)


@pytest.fixture(scope="module")
def detected(simulated_records) -> DetectedBeats:
    beats, _ = cut_beats(simulated_records[0], dataset_config(), preprocess_config())
    return DetectedBeats.from_beat_set(beats)


def ask(ready: BeatsWithPast, rows: np.ndarray) -> tuple[AskedBeats, Comparison]:
    return AskedBeats(ready, (0, 1), rows, False), Comparison(CONFIG, WINDOW, (0, 1), False)


def make_ready(detected: DetectedBeats) -> BeatsWithPast:
    return ContextBuilder(CONFIG).extend(detected, last=True)


def test_minutes_are_summarised_once_until_they_move(detected, monkeypatch):
    asked = []

    def look_back(parts, *settings):
        asked.append(len(parts))
        return original(parts, *settings)

    original = past_summaries.look_back_together
    monkeypatch.setattr(past_summaries, "look_back_together", look_back)
    ready = make_ready(detected)
    rows = np.flatnonzero(ready.clock.moved_s(ready.beats.time_s) == 60.0)
    first = summarise_minutes([ask(ready, rows[:1])], CONFIG, WINDOW)
    again = summarise_minutes([ask(ready, rows[1:2]), ask(ready, rows[2:4])], CONFIG, WINDOW)
    assert asked == [1, 0]
    np.testing.assert_array_equal(again.first.template[2], first.first.template[0])
    assert len(again.two) == 3


def test_records_with_and_without_a_summary_are_joined_in_their_order(detected):
    known = make_ready(detected)
    other, same = (make_ready(detected.select(slice(30, None))) for _ in range(2))
    late, early = np.array([90]), np.array([3, 50])
    alone = summarise_minutes([ask(known, late)], CONFIG, WINDOW)  # which is kept
    new = summarise_minutes([ask(same, early)], CONFIG, WINDOW)
    joined = summarise_minutes([ask(other, early), ask(known, late)], CONFIG, WINDOW)
    np.testing.assert_array_equal(joined.first.template[:2], new.first.template)
    np.testing.assert_array_equal(joined.first.template[2:], alone.first.template)


def test_minutes_stand_in_for_the_hour_until_it_is_longer(detected):
    ready = make_ready(detected)
    compared = [ask(ready, np.array([5])), ask(ready, np.array([len(ready.beats) - 1]))]
    minutes = summarise_minutes(compared, CONFIG, WINDOW)
    hour = summarise_hour(minutes, compared, CONFIG)
    np.testing.assert_array_equal(hour.first.template[0], minutes.first.template[0])
    assert (hour.first.template[1] != minutes.first.template[1]).any()


def test_minutes_that_are_foreseen_are_those_that_the_beat_asks_for(detected):
    builder, time_s = ContextBuilder(CONFIG), detected.time_s
    first = int(np.searchsorted(time_s, 60.0))  # the first beat after the window has moved
    before = builder.extend(detected.select(slice(first)), False, after=peak_of(detected, first))
    foresee_minutes([ForeseenBeat(before, (0, 1), False, float(time_s[first]))], CONFIG, WINDOW)
    rest = detected.select(slice(first, first + 1))
    ready = builder.extend(rest, False, after=peak_of(detected, first + 1))
    found = ready.cache.get(("minutes", ask(ready, np.array([0]))[1].key), np.array([60.0]))
    expected = summarise_minutes([ask(make_ready(detected), np.array([first]))], CONFIG, WINDOW)
    np.testing.assert_array_equal(found.first.template, expected.first.template)
    np.testing.assert_array_equal(found.first.p_match, expected.first.p_match)


def test_minutes_that_reach_ahead_are_not_foreseen(detected):
    ready = make_ready(detected.select(slice(5)))
    next_s = float(detected.time_s[5])
    foresee_minutes([ForeseenBeat(ready, (0, 1), False, next_s)], CONFIG, WINDOW)
    kind = "minutes", Comparison(CONFIG, WINDOW, (0, 1), False).key
    assert ready.cache.get(kind, ready.clock.moved_s(np.array([next_s]))) is None


def peak_of(detected: DetectedBeats, row: int) -> NextPeak:
    return NextPeak(float(detected.time_s[row]), 0.0)
