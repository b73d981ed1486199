import pytest
from hand_made_beats import apply_rule, make_steady

from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.limits import FindingLimits


def find(classes: str, step: int | None = None):
    found = apply_rule(ClassRule(FindingLimits()), make_steady(len(classes), 0.8, classes), step)
    return [(f.kind, f.beats) for f in found if f.kind in ("bigeminy", "trigeminy")]


@pytest.mark.parametrize("step", [None, 1, 2])
@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("NNVNVNVNN", [("bigeminy", 5)]),
        ("NNVNNVNNVNNN", [("trigeminy", 7)]),
        ("NNVNVNNNN", []),
        ("NNVNNNVNNNVNNN", []),
        ("VNVNVNVNNVNNVNNVNNN", [("bigeminy", 7), ("trigeminy", 10)]),
        ("VNVxVNVNVNNN", [("bigeminy", 5)]),
        ("VNVVVNVNVNVNNN", [("bigeminy", 5)]),
        ("VNVNV", [("bigeminy", 5)]),
        ("VSVNVSVNNNN", [("bigeminy", 7)]),
    ],
)
def test_patterns(classes, expected, step):
    assert find(classes, step) == expected


def test_it_is_found_at_the_third_ventricular_beat():
    decisions = make_steady(20, 0.8, "NNVNVNVNVNVNVNNNNNNN")
    found = apply_rule(ClassRule(FindingLimits()), decisions)
    (pattern,) = [f for f in found if f.kind == "bigeminy"]
    assert pattern.found_s == decisions.time_s[6]
    assert "6 ventricular beats, one of 2" in pattern.why
