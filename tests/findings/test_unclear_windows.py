import numpy as np
import pytest
from hand_made_beats import make_beats

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.unclear_windows import (
    DOUBT,
    NEAREST_S,
    STEP_S,
    KnownBeats,
    choose_unclear,
    find_unclear_windows,
    mark_clear,
)


def find(rr_s, classes):
    beats = make_batch(make_beats(rr_s, classes))
    found = find_unclear_windows(beats, 0, int(beats.time_s[-1] / STEP_S))
    return dict(zip(found.number.tolist(), found.doubt.tolist(), strict=True))


def test_steady_beats_at_any_rate_of_a_heart_leave_no_window():
    # The first two beats are known when the first window ends.
    for rr_s in (NEAREST_S + 0.01, 0.5, 0.8, 1.2):
        n = round(30 / rr_s)
        assert [k for k in find([rr_s] * n, "N" * (n + 1)) if k > 10] == []


def test_beats_that_cannot_be_trusted_or_are_ventricular_leave_all_windows_without_doubt():
    for classes in "xV":
        found = find([0.5] * 60, classes * 61)
        assert list(found) == list(range(8, 8 + len(found)))
        assert len(found) > 50
        assert set(found.values()) == {0.0}


def test_beats_closer_together_than_those_of_a_heart_are_not_clear_and_leave_doubt():
    found = find([0.26] * 100, "N" * 101)
    assert len(found) > 40
    assert {found[k] for k in list(found)[4:]} == {DOUBT}


@pytest.mark.parametrize("classes", ["VVN", "xxN"])
def test_few_clear_beats_among_many_others_leave_doubt(classes):
    found = find([0.45] * 90, classes * 30 + "N")
    assert {found[k] for k in list(found)[4:]} == {DOUBT}
    # Of three beats two are clear, and nothing is asked of the signal.
    assert [k for k in find([0.45] * 90, "VNN" * 30 + "V") if k > 10] == []


def test_few_clear_beats_at_no_rate_leave_doubt_and_slow_ones_no_window():
    uneven = find([0.5, 0.5, 2.5] * 10, "N" * 31)
    assert DOUBT in uneven.values()
    assert DOUBT not in find([0.8, 0.8, 1.6] * 10, "N" * 31).values()


def test_what_is_known_later_changes_no_window_before():
    beats = make_batch(make_beats([0.3, 0.45, 0.45, 0.45] * 15, "N" * 61))
    known = KnownBeats(beats.time_s, beats.time_s + 0.7, mark_clear(beats))
    numbers = np.arange(8, 80)
    whole = choose_unclear(known, numbers)
    parts = []
    for number in numbers.tolist():
        n = int(np.searchsorted(known.known_s, number * STEP_S, "right"))
        so_far = KnownBeats(*(column[:n] for column in known))
        parts += choose_unclear(so_far, np.array([number])).number.tolist()
    assert parts == whole.number.tolist()
    assert 0 < len(parts) < len(numbers)


def test_without_beats_every_window_is_unclear():
    nothing = KnownBeats(np.zeros(0), np.zeros(0), np.zeros(0, bool))
    found = choose_unclear(nothing, np.arange(8, 12))
    assert found.number.tolist() == [8, 9, 10, 11]
    assert not found.doubt.any()


def rates(rr_s, classes="x"):
    beats = make_batch(make_beats(rr_s, classes * (len(rr_s) + 1)))
    return find_unclear_windows(beats, 20, int(beats.time_s[-1] / STEP_S)).bpm


@pytest.mark.parametrize("classes", "xV")
def test_beats_of_any_class_that_come_evenly_have_a_rate(classes):
    assert rates([0.4] * 60, classes) == pytest.approx(150)
    assert rates([0.36, 0.4, 0.44] * 20, classes) == pytest.approx(150, rel=0.11)
    assert rates([0.4] * 20 + [0.2, 0.2] + [0.4] * 20, classes) == pytest.approx(150)


def test_flutter_is_even_and_faster_and_fibrillation_has_beats_at_no_rate():
    assert np.isnan(rates([0.3] * 60)).all()
    assert np.isnan(rates([0.25, 0.6, 0.4, 0.9] * 15)).all()
    assert np.isnan(rates([1.2] * 20)).all()  # too few to tell
