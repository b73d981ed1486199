import json

import pytest

from ecg_anomaly.findings.finding import KINDS, LEVELS, Finding, rate_of, sort_findings


def make(kind: str, start_s: float = 0.0, end_s: float = 10.0) -> Finding:
    return Finding(kind, start_s, end_s, end_s, 5, 75.123456, 0.9, "why", "II")


def test_every_kind_has_a_level_and_its_own_name():
    assert {kind.level for kind in KINDS.values()} == set(LEVELS)
    labels = [kind.label for kind in KINDS.values()]
    assert len(set(labels)) == len(labels)


def test_the_most_critical_come_first_then_the_longest():
    some = [
        make("couplet"),
        make("pause"),
        make("ventricular_tachycardia", 0, 5),
        make("signal"),
        make("ventricular_tachycardia", 20, 60),
        make("asystole", 7, 12),
    ]
    found = [(f.kind, f.start_s) for f in sort_findings(some)]
    assert found == [
        ("asystole", 7),
        ("ventricular_tachycardia", 20),
        ("ventricular_tachycardia", 0),
        ("pause", 0),
        ("couplet", 0),
        ("signal", 0),
    ]


def test_a_row_is_ready_for_json():
    row = json.loads(json.dumps(make("pause").to_row(), allow_nan=False))
    assert row["level"] == "high"
    assert row["rate_bpm"] == pytest.approx(75.123)


def test_rate_counts_intervals_not_beats():
    assert rate_of(5, 4.0) == 60
    assert rate_of(1, 0.0) is None
