"""The beat of a slot is one that says what was usual in it."""

from dataclasses import replace

import numpy as np

from default_config import features_config
from ecg_anomaly.features.slot_beats import choose_slot_beats
from hump_beats import WINDOW, beats_at

CONFIG = features_config()


def test_the_beat_of_a_slot_is_trusted_and_not_premature():
    time_s = np.array([1.0, 1.8, 2.6, 3.0, 25.0, 25.8])
    beats = beats_at(time_s, np.arange(6.0))
    previous_s = np.array([0.8, 0.8, 0.8, 0.4, 0.8, 0.8])
    chosen = choose_slot_beats(beats, previous_s, CONFIG, 0, 2)
    np.testing.assert_array_equal(chosen.slot, [0, 1])
    np.testing.assert_allclose(chosen.waveform[:, WINDOW.r_peak, 0], [2, 5], atol=0.1)
    unread = replace(beats, trusted=np.array([1, 1, 0, 1, 0, 0], bool)[:, None])
    chosen = choose_slot_beats(unread, previous_s, CONFIG, 0, 2)
    np.testing.assert_array_equal(chosen.slot, [0])
    np.testing.assert_allclose(chosen.waveform[:, WINDOW.r_peak, 0], [1], atol=0.1)


def test_a_slot_without_any_known_interval_has_no_beat():
    beats = beats_at(np.array([1.0, 2.0]))
    assert not len(choose_slot_beats(beats, np.full(2, np.nan), CONFIG, 0, 1))


def test_the_beat_of_a_slot_is_rather_one_that_is_trusted_on_the_lead_that_is_read():
    """So that the quality of other leads does not change what a beat is compared with."""
    beats = beats_at(np.array([1.0, 1.8, 2.6]), np.arange(3.0))
    waveform = np.repeat(beats.waveform, 2, axis=2)
    trusted = np.array([[1, 1], [1, 0], [0, 1]], bool)
    both = replace(beats, waveform=waveform, trusted=trusted, present=np.ones((3, 2), bool))
    for lead, level in ((0, 1), (1, 2)):
        chosen = choose_slot_beats(both, np.full(3, 0.8), CONFIG, 0, 1, lead)
        np.testing.assert_allclose(chosen.waveform[:, WINDOW.r_peak, 0], [level], atol=0.1)
