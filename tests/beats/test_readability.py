"""Which windows can be read, and the reasons why others cannot."""

import numpy as np
import pytest

from ecg_anomaly.beats.readability import (
    is_certain,
    is_cut_off,
    is_flat,
    is_trusted,
    name_unreadable,
)


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


def test_r_peaks_are_uncertain_in_noise_only():
    reason = np.array(["", "noise", "no clear QRS", "missing samples", "flat", "clipped", ""])
    quality = np.array([1, 0, 0, 0, 0, 0, 0.4])
    assert is_certain(reason, quality).tolist() == [True, False, False, True, True, True, False]
    assert is_trusted(reason, quality).tolist() == [True] + 6 * [False]
    alone = [is_certain(reason[k : k + 1], quality[k : k + 1]) for k in range(7)]
    np.testing.assert_array_equal(np.concatenate(alone), is_certain(reason, quality))


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
