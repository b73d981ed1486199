"""Which leads are compared, and how they are moved; what the summary of past beats depends on."""

from dataclasses import replace

import numpy as np

from default_config import features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.asked_beats import Comparison

WINDOW = BeatWindow.from_config(preprocess_config())
COMPARISON = Comparison(features_config(), WINDOW, (1, -1), False)


def peak(sample: int, n_leads: int = 2) -> np.ndarray:
    waveform = np.zeros((1, WINDOW.n_samples, n_leads), np.float32)
    waveform[0, sample, 1] = 1.0
    return waveform


def test_leads_are_taken_in_the_order_asked_for_and_a_lacking_one_is_flat():
    taken = COMPARISON.take(peak(WINDOW.r_peak + 2))
    assert taken[0, :, 0].argmax() == WINDOW.r_peak + 2
    assert not taken[0, :, 1].any()


def test_windows_are_moved_to_the_peak_of_their_first_lead_if_asked():
    taken = replace(COMPARISON, align=True).take(peak(WINDOW.r_peak + 2))
    assert taken[0, :, 0].argmax() == WINDOW.r_peak


def test_a_summary_of_other_leads_or_settings_is_another_one():
    changes = ({"columns": (0, 1)}, {"align": True}, {"features": features_config(regular_rr=0.7)})
    keys = {COMPARISON.key, *(replace(COMPARISON, **change).key for change in changes)}
    assert len(keys) == 4
    assert replace(COMPARISON, features=features_config(local_beats=5)).key == COMPARISON.key
