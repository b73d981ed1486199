from dataclasses import fields

import numpy as np
import pytest

from detected_windows import make_detected, noisy_beats
from ecg_anomaly.beats.detected_beats import DetectedBeats, take_leads, take_marks


def detected(n: int = 30) -> DetectedBeats:
    rng = np.random.default_rng(n)
    time_s = np.cumsum(rng.uniform(0.5, 1.2, n))
    unreadable = np.where(rng.random(n) < 0.2, "flat", "")
    return make_detected(time_s, noisy_beats(n), unreadable)


@pytest.mark.parametrize("cut", [0, 1, 13, 30])
def test_beats_taken_apart_and_joined_again_are_the_same(cut):
    beats = detected()
    joined = beats.select(slice(cut)).followed_by(beats.select(slice(cut, None)))
    assert len(joined) == 30
    for field in fields(DetectedBeats):
        np.testing.assert_array_equal(getattr(joined, field.name), getattr(beats, field.name))


def test_windows_of_some_leads_are_taken_in_any_order():
    waveform = noisy_beats(5)
    assert take_leads(waveform, [0, 1]) is waveform
    turned = take_leads(waveform, (1, -1, 0))
    np.testing.assert_array_equal(turned[:, :, [0, 2]], waveform[:, :, [1, 0]])
    assert not turned[:, :, 1].any()


def test_marks_of_a_lead_that_is_lacking_are_false():
    marks = np.array([[True, False], [True, True]])
    assert take_marks(marks, [1, -1, 0]).tolist() == [[False, False, True], [True, False, True]]
