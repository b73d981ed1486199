"""Quality of beats by the noise around them."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_quality import BeatNoise, NoiseLimits
from ecg_anomaly.beats.readability import TRUSTED_QUALITY

LIMITS = NoiseLimits.from_config(preprocess_config())


def test_the_majority_of_a_beat_and_the_two_before_it_decides_on_noise():
    time_s = np.arange(8.0)
    votes = np.array([1, 1, 0, 1, 0, 0, 1, 0], bool)
    rough = np.where(votes, 1.0, 0.0).astype(np.float32)
    calm = np.zeros(8, np.float32)
    reason = BeatNoise(time_s, rough, calm, calm).name(LIMITS)
    assert (reason == "noise").tolist() == [True, True, True, True, False, False, False, False]


def test_beats_far_away_do_not_count_for_noise():
    time_s, calm = np.array([0.0, 1.0, 10.0, 20.0, 21.0]), np.zeros(5, np.float32)
    rough = np.array([1, 1, 0, 1, 1], np.float32)
    reason = BeatNoise(time_s, rough, calm, calm).name(LIMITS)
    assert (reason == "noise").tolist() == [True, True, False, True, True]


def test_quality_falls_with_every_measure_of_noise():
    """1 without noise, a half at the limits; unreadable from twice the limits on."""
    time_s, none = np.arange(5.0), np.zeros(5, np.float32)
    noise = [0.0, 0.5, 1.0, 1.5, 1.7, 10.0]
    limits = NoiseLimits(roughness=0.1, unrest=0.2, likeness=0.9)
    for rough in (True, False):
        rated = []
        for level in np.float32(noise):
            if rough:
                measured = BeatNoise(time_s, none + level * 0.1, none, none + 1)
            else:
                measured = BeatNoise(time_s, none, none + level * 0.2, none - 1)
            rated.append(float(measured.rate(limits)[2]))
            expected = ("noise" if rough else "no clear QRS") if level > 1.6 else ""
            assert set(measured.name(limits)) == {expected}
        assert rated == sorted(rated, reverse=True)
        assert rated[0] == 1
        assert rated[2] == pytest.approx(TRUSTED_QUALITY)
    alike = BeatNoise(time_s, none, none + 100, none + np.float32(0.9))
    assert alike.rate(limits)[0] == pytest.approx(TRUSTED_QUALITY, abs=1e-5)
    assert (
        BeatNoise(time_s, none + 100, none, none).rate(NoiseLimits(np.inf, np.inf, 0)) == 1
    ).all()
