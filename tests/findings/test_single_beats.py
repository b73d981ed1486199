import numpy as np
from hand_made_beats import apply_rule, make_steady

from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.limits import FindingLimits


def find(decisions):
    found = apply_rule(ClassRule(FindingLimits()), decisions)
    return [f for f in found if f.kind == "single_beats"]


def test_alike_ones_are_one_finding():
    decisions = make_steady(20, 0.8, "NNSNNNSNNNNVNNNNSNNN")
    supraventricular, ventricular = find(decisions)
    assert supraventricular.beats == 3
    assert supraventricular.why == "3 supraventricular beats: premature"
    assert supraventricular.end_s == decisions.time_s[16]
    assert ventricular.why == "1 ventricular beat: premature"


def test_reasons_of_another_kind_are_another_group():
    decisions = make_steady(12, 0.8, "NNVNNNVNNNNN")
    decisions.reason[6] = "wide QRS complex: 164 ms, usually 92 ms"
    assert [f.beats for f in find(decisions)] == [1, 1]


def test_a_beat_without_reason_is_said_to_have_none():
    decisions = make_steady(6, 0.8, "NNVNNN", reason=np.full(6, ""))
    assert find(decisions)[0].why == "1 ventricular beat: no reason stated"


def test_memory_does_not_grow_with_the_number_of_beats():
    assert len(find(make_steady(3000, 0.8, "NNVNNS" * 500))) == 2
