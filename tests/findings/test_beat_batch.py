import numpy as np
import pytest
from hand_made_beats import make_beats

from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    OTHER,
    SUPRAVENTRICULAR,
    UNREADABLE,
    VENTRICULAR,
    BeatBatch,
    list_beats,
    make_batch,
    put_rows_before,
)
from ecg_anomaly.findings.unclear_windows import is_clear, mark_clear


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


@pytest.mark.parametrize("last_trusted", [True, False])
def test_beats_one_by_one_are_those_of_a_batch(last_trusted):
    rng, letters = np.random.default_rng(1), "NSVFQxNNxVNN" * 5
    reason = np.array([f"why {k}" for k in range(len(letters))], object)
    decisions = make_beats(
        rng.uniform(0.3, 2.0, len(letters) - 1), letters, reason=reason,
        quality=np.array([0.0 if x == "x" else rng.random() for x in letters], np.float32),
        ventricular=rng.random(len(letters), np.float32), score=rng.normal(size=len(letters)),
    )  # fmt: skip
    beats, batch = list_beats(decisions, last_trusted), make_batch(decisions, last_trusted)
    again = put_rows_before(list(beats))
    for name in BeatBatch.__dataclass_fields__:
        expected, found = getattr(batch, name), getattr(again, name)
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    assert [is_clear(beat) for beat in beats] == mark_clear(batch).tolist()


def test_of_no_decisions_there_are_no_beats():
    assert list_beats(concatenate_decisions([])) == []
