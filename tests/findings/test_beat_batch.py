import numpy as np
from hand_made_beats import make_beats

from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    OTHER,
    SUPRAVENTRICULAR,
    UNREADABLE,
    VENTRICULAR,
    make_batch,
)


def test_classes_become_numbers():
    batch = make_batch(make_beats([0.8] * 5, "NSVFQx"))
    expected = [NORMAL, SUPRAVENTRICULAR, VENTRICULAR, OTHER, OTHER, UNREADABLE]
    assert batch.number.tolist() == expected


def test_a_flagged_beat_without_class_is_another_one():
    flagged = np.array([False, True, False])
    decisions = make_beats([0.8, 0.8], anomalous=flagged)
    assert make_batch(decisions).number.tolist() == [NORMAL, OTHER, NORMAL]


def test_an_interval_is_known_between_two_trusted_beats():
    decisions = make_beats([0.8] * 5, "NNxNNN")
    decisions.quality[4] = 0.4
    known = np.isfinite(make_batch(decisions, last_trusted=True).rr_s)
    assert known.tolist() == [False, True, False, False, False, False]


def test_a_selection_keeps_all_columns():
    batch = make_batch(make_beats([0.8] * 9, "NNNVVNNNNN"))
    part = batch.select(3, 5)
    assert len(part) == 2
    assert part.number.tolist() == [VENTRICULAR, VENTRICULAR]
    assert part.time_s.tolist() == batch.time_s[3:5].tolist()
