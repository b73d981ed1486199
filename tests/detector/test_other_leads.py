"""Where the first lead cannot be read, another one is."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.engine import score_chunks, score_parts, score_recording
from ecg_anomaly.detector.other_leads import find_stretches, list_leads_read, read_other_leads


def decide(time_s, bad, lead="II"):
    """Make decisions on beats of a signal at 100 Hz; `bad` are the reasons of unreadable rows."""
    n = len(time_s)
    unreadable = np.full(n, "", object)
    for row, reason in bad.items():
        unreadable[row] = reason
    sample = np.rint(np.asarray(time_s) * 100).astype(np.int64)
    score = np.where(unreadable == "", 0.5, np.nan)
    no, quality = np.zeros(n, bool), np.where(unreadable == "", 1, 0).astype(np.float32)
    rest = no, unreadable, quality, no, no, np.full(n, 1.0), np.full(n, "", object)
    return BeatDecisions(sample, np.asarray(time_s, float), score, *rest, np.full(n, lead, object))


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (range(10, 40), [(10, 39)]),
        (range(10, 20), []),
        ([*range(10, 40), *range(50, 55), *range(70, 100)], [(10, 39), (70, 99)]),
        ([*range(10, 25), *range(28, 40)], [(10, 39)]),
        (range(10, 100, 4), []),
        (range(100), [(0, 99)]),
        ([], []),
    ],
)
def test_stretches_are_long_and_mostly_unreadable(bad, expected):
    decisions = decide(np.arange(100), dict.fromkeys(bad, "flat"))
    assert find_stretches(decisions) == expected


def test_the_ends_of_a_recording_are_no_stretch():
    assert find_stretches(decide(np.arange(100), dict.fromkeys(range(40), "outside record"))) == []


@pytest.fixture
def switched(record):
    """A recording whose first lead is flat in its first 30 s, and the second from there on."""
    signal = record.signal.copy()
    half = len(signal) // 2
    signal[:half, 0] = 0.0
    signal[half:, 1] = np.nan
    return replace(record, signal=signal)


def test_every_beat_is_read_on_the_lead_that_is_there(detector, record, switched):
    whole, found = score_recording(detector, record), score_recording(detector, switched)
    assert (found.unreadable == "").sum() > 0.9 * (whole.unreadable == "").sum()
    assert (np.diff(found.sample) > 0).all()
    half_s = record.duration_s / 2
    spans = list_leads_read(found)
    assert [span["lead"] for span in spans] == ["V1", "MLII"]
    assert spans[0]["end_s"] == pytest.approx(half_s, abs=1.5)
    agreement = np.abs(found.sample[:, None] - whole.sample).min(axis=1) <= 0.05 * record.fs
    assert agreement.mean() > 0.9


def test_a_recording_that_can_be_read_is_left_alone(detector, record):
    plain = concatenate_decisions(score_chunks(detector, record))
    found = concatenate_decisions(score_parts(detector, record))
    for field in fields(plain):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(plain, field.name))
    assert set(found.lead) == {"MLII"}


@pytest.mark.parametrize("chunk_s", [7.0, 20.0, 1000.0])
def test_chunks_do_not_change_what_is_read(detector, switched, chunk_s):
    whole = concatenate_decisions(score_parts(detector, switched))
    parts = score_chunks(detector, switched, chunk_s=chunk_s)

    def again(part):
        return score_chunks(detector, part)

    found = concatenate_decisions(read_other_leads(switched, parts, detector.leads, again))
    for name in ("sample", "score", "unreadable", "lead"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name))


def test_where_no_lead_can_be_read_the_first_one_says_why(detector, record):
    signal = record.signal.copy()
    signal[3600:, 0] = 0.0
    signal[3600:, 1] += np.random.default_rng(0).normal(0, 20, len(signal) - 3600)
    found = score_recording(detector, replace(record, signal=signal))
    assert set(found.lead[found.sample > 4000]) <= {"MLII", "V1"}
    alone = replace(record, signal=signal[:, :1], leads=("MLII",))
    assert set(score_recording(detector, alone).lead) <= {"MLII"}


def test_leads_are_listed_by_span():
    parts = [decide([1, 2], {}), decide([3, 4, 5], {}, "V1"), decide([6], {})]
    assert list_leads_read(concatenate_decisions(parts)) == [
        {"start_s": 1.0, "end_s": 2.0, "lead": "II"},
        {"start_s": 3.0, "end_s": 5.0, "lead": "V1"},
        {"start_s": 6.0, "end_s": 6.0, "lead": "II"},
    ]
    assert list_leads_read(decide([], {})) == []
