"""Which windows can be read, and the reasons why others cannot."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.readability import (
    TRUSTED_QUALITY,
    BeatNoise,
    NoiseLimits,
    is_certain,
    is_cut_off,
    is_flat,
    is_trusted,
    name_unreadable,
)

LIMITS = NoiseLimits.from_config(preprocess_config())


def beat(n=1):
    return np.repeat(np.sin(np.linspace(0, 6, 96))[None], n, 0).astype(np.float32)


def reasons(window, **marks):
    names = ("outside", "missing", "clipped")
    given = [np.array(marks.get(name, [False] * len(window)), bool) for name in names]
    noise = np.array(marks.get("noise", [""] * len(window)), str)
    limits = {"flat_mv": 0.02, "max_amplitude_mv": 15.0}
    return name_unreadable(window, *given, noise, **limits).tolist()


def test_a_good_beat_has_no_reason():
    assert reasons(beat(2)) == ["", ""]


@pytest.mark.parametrize(
    ("window", "marks", "reason"),
    [
        (beat() * 0.001, {}, "flat"),
        (beat() * 100, {}, "implausible"),
        (beat(), {"missing": [True]}, "missing samples"),
        (beat(), {"clipped": [True]}, "clipped"),
        (beat(), {"outside": [True]}, "outside record"),
        (beat(), {"noise": ["no clear QRS"]}, "no clear QRS"),
    ],
)
def test_each_reason_is_named(window, marks, reason):
    assert reasons(window, **marks) == [reason]


def test_noise_is_named_where_nothing_else_is_wrong():
    window = np.concatenate([beat(), beat() * 0.001, beat()])
    marks = {"noise": ["noise"] * 3, "missing": [False, False, True]}
    assert reasons(window, **marks) == ["noise", "flat", "missing samples"]


def test_without_beats_there_are_no_reasons():
    assert reasons(beat(0)) == []


def test_the_majority_of_the_beats_around_decides_on_noise():
    time_s = np.arange(7.0)
    votes = np.array([1, 1, 0, 1, 1, 0, 0], bool)
    rough = np.where(votes, 1.0, 0.0).astype(np.float32)
    calm = np.zeros(7, np.float32)
    reason = BeatNoise(time_s, rough, calm, calm).name(LIMITS)
    assert (reason == "noise").tolist() == [True, True, True, True, False, False, False]


def test_beats_far_away_do_not_count_for_noise():
    time_s, calm = np.array([0.0, 1.0, 10.0, 20.0, 21.0]), np.zeros(5, np.float32)
    rough = np.array([1, 1, 0, 1, 1], np.float32)
    reason = BeatNoise(time_s, rough, calm, calm).name(LIMITS)
    assert (reason == "noise").tolist() == [True, True, False, True, True]


def test_r_peaks_are_uncertain_in_noise_only():
    reason = np.array(["", "noise", "no clear QRS", "missing samples", "flat", "clipped", ""])
    quality = np.array([1, 0, 0, 0, 0, 0, 0.4])
    assert is_certain(reason, quality).tolist() == [True, False, False, True, True, True, False]
    assert is_trusted(reason, quality).tolist() == [True] + 6 * [False]


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


def test_a_beat_is_cut_off_only_when_most_of_its_complex_is():
    clipped = np.zeros((4, 96), bool)
    clipped[1, 40:45] = True  # a tip
    clipped[2, 36:50] = True
    clipped[3, 50:] = True
    assert is_cut_off(clipped, slice(32, 54)).tolist() == [False, False, True, False]
    clipped[3, 45:] = True
    assert is_cut_off(clipped, slice(32, 54)).tolist() == [False, False, True, True]


@pytest.mark.parametrize(("span_mv", "flat"), [(0.0, True), (0.019, True), (0.021, False)])
def test_a_window_is_flat_by_its_span_and_not_by_its_level(span_mv, flat):
    window = np.float32([[0.0, 0.0, span_mv], [3.0, 3.0 + span_mv, 3.0]])
    assert is_flat(window, 0.02).tolist() == [flat, flat]
    assert is_flat(window[:0], 0.02).tolist() == []
