"""Quality of beats by the noise around them."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_quality import (
    BeatNoise,
    NoiseLimits,
    RatedBeats,
    limit_by_recent_quality,
)
from ecg_anomaly.beats.readability import TRUSTED_QUALITY, UNCLEAR

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


def lingering(quality, time_s=None, unreadable=None, first=0):
    n = len(quality)
    time_s = np.arange(n) * 0.8 if time_s is None else np.array(time_s)
    unreadable = np.full(n, "") if unreadable is None else np.array(unreadable)
    rated = RatedBeats(np.float32(quality), unreadable, time_s, first)
    return limit_by_recent_quality([rated]).tolist()


def test_doubt_lingers_until_a_quarter_of_the_last_fifteen_is_in_doubt_no_more():
    quality = [0.9] * 15 + [0.3] * 4 + [0.9] * 16
    found = np.array(lingering(quality))
    assert (found[:15] == np.float32(0.9)).all()
    assert (found[15:30] == np.float32(0.3)).all()  # in the end four of the last fifteen
    assert (found[30:] == np.float32(0.9)).all()


@pytest.mark.parametrize("odd", [1, 2, 3])
def test_a_few_beats_in_doubt_leave_no_doubt_behind(odd):
    quality = [0.9] * 15 + [0.3] * odd + [0.9] * 15
    assert lingering(quality) == np.float32(quality).tolist()


def test_doubt_does_not_linger_for_longer_than_twelve_seconds():
    quality, time_s = [0.3] * 6 + [0.9] * 2, [0, 1, 2, 3, 4, 5, 14.9, 17.1]
    assert lingering(quality, time_s)[-2:] == np.float32([0.3, 0.9]).tolist()


def test_beats_that_a_gap_hides_leave_no_doubt_and_those_that_noise_hides_do():
    quality = [0.9] * 4 + [0.0] * 6 + [0.9]
    for reason, expected in (("missing samples", 0.9), ("flat", 0.9), ("noise", 0), (UNCLEAR, 0)):
        unreadable = [""] * 4 + [reason] * 6 + [""]
        assert lingering(quality, None, unreadable)[-1] == np.float32(expected)


@pytest.mark.parametrize("n", [0, 1, 2, 5, 40])
def test_lingering_doubt_is_the_same_in_pieces_and_never_more_than_the_quality(n):
    rng = np.random.default_rng(n)
    quality, time_s = rng.uniform(0, 1, n), np.cumsum(rng.uniform(0.3, 3, n))
    whole = lingering(quality, time_s)
    assert (np.array(whole) <= np.float32(quality)).all()
    for first in range(n):
        low = max(0, first - 14)
        assert lingering(quality[low:], time_s[low:], None, first - low) == whole[first:]


def test_records_are_rated_together_as_each_alone():
    rng, parts = np.random.default_rng(3), []
    for n, first in ((40, 30), (3, 0), (20, 19), (1, 0)):
        unreadable = rng.choice(["", "", "flat", UNCLEAR], n)
        quality = np.where(unreadable == "", rng.uniform(0.3, 1, n), 0).astype(np.float32)
        parts.append(RatedBeats(quality, unreadable, np.cumsum(rng.uniform(0.3, 2, n)), first))
    alone = [limit_by_recent_quality([part]) for part in parts]
    np.testing.assert_array_equal(limit_by_recent_quality(parts), np.concatenate(alone))
