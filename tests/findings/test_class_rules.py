import pytest
from hand_made_beats import apply_rule, kinds, make_beats, make_steady

from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.limits import FindingLimits


def find(decisions, step=None):
    return apply_rule(ClassRule(FindingLimits()), decisions, step)


def test_five_fast_ventricular_beats_are_a_tachycardia_found_at_the_fifth():
    decisions = make_beats([0.8] * 5 + [0.45] * 8 + [0.8] * 5, "NNNNN" + "V" * 9)
    (found,) = find(decisions)
    assert found.kind == "ventricular_tachycardia"
    assert found.beats == 9
    assert found.found_s == decisions.time_s[9]
    assert found.rate_bpm == pytest.approx(60 * 8 / (found.end_s - found.start_s))
    assert found.confidence == pytest.approx(0.8 * 0.9)
    assert "sustained" not in found.why


def test_thirty_seconds_are_sustained():
    (found,) = find(make_steady(80, 0.45, "NN" + "V" * 72))
    assert "sustained" in found.why


@pytest.mark.parametrize(
    ("classes", "rr_s", "expected"),
    [
        ("NVVN", 0.5, "couplet"),
        ("NVVVN", 0.5, "ventricular_run"),
        ("NVVVVVVN", 1.0, "slow_ventricular_run"),
        ("NVVVVVVN", 0.45, "ventricular_tachycardia"),
        ("NSSSN", 0.5, "supraventricular_run"),
        ("NQFQN", 0.5, "abnormal_run"),
    ],
)
def test_runs_by_class_length_and_rate(classes, rr_s, expected):
    assert kinds(find(make_steady(len(classes), rr_s, classes))) == [expected]


def test_two_supraventricular_beats_are_no_finding():
    assert find(make_steady(6, 0.8, "NNSSNN")) == []


def test_beats_in_doubt_are_no_critical_finding():
    decisions = make_steady(9, 0.45, "NVVVVVVVN")
    decisions.quality[:] = 0.4
    assert "ventricular_tachycardia" not in kinds(find(decisions))


def test_a_beat_of_another_class_inside_does_not_end_a_tachycardia():
    (found,) = find(make_steady(9, 0.4, "NVVVNVVNN"))
    assert (found.kind, found.beats) == ("ventricular_tachycardia", 6)


def test_beats_at_uneven_intervals_are_a_run_and_no_tachycardia():
    noise = make_beats([0.8, 0.31, 0.62, 0.33, 0.66, 0.3, 0.9], "NVVVVVVN")
    assert kinds(find(noise)) == ["ventricular_run"]
    uneven_at_first = make_beats([0.8, 0.31, 0.62, 0.4, 0.5, 0.42, 0.38, 0.9], "NVVVVVVVN")
    (found,) = find(uneven_at_first)
    assert found.kind == "ventricular_tachycardia"
    assert found.found_s == uneven_at_first.time_s[6]


@pytest.mark.parametrize("step", [1, 3])
def test_batches_change_nothing(step):
    classes = "NNVVVVVVNVNVNVNVNNSSSSNQQQNNVVNNxVVV"
    decisions = make_steady(len(classes), 0.5, classes)
    whole, parts = find(decisions), find(decisions, step)
    assert kinds(whole) == kinds(parts)
    assert [f.why for f in whole] == [f.why for f in parts]
