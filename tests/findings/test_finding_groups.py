from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.finding_groups import group_findings, say_group


def make(kind: str, start_s: float, end_s: float) -> Finding:
    return Finding(kind, start_s, end_s, end_s, 2, 60.0, 0.9, "why", "II")


def test_findings_of_a_kind_are_one_group():
    found = [make("pause", 200, 203), make("asystole", 30, 36), make("pause", 130, 132.5)]
    pauses, asystole = group_findings(found)
    assert (pauses.kind, pauses.count, asystole.count) == ("pause", 2, 1)
    assert (pauses.first_s, pauses.last_s) == (130, 200)
    assert (pauses.total_s, pauses.longest_s, pauses.longest_at_s) == (5.5, 3, 200)
    assert pauses.minutes == 2
    assert pauses.to_row()["level"] == "high"


def test_minutes_are_those_that_a_finding_has_a_part_of():
    found = [make("atrial_fibrillation", 50, 400), make("atrial_fibrillation", 410, 500)]
    found += [make("single_beats", 50, 4000)]
    assert [group.minutes for group in group_findings(found)] == [9, 1]


def test_of_equally_long_ones_the_first_is_the_longest():
    (group,) = group_findings([make("pause", 50, 53), make("pause", 20, 23)])
    assert group.longest_at_s == 20


def test_nothing_makes_no_group():
    assert group_findings([]) == []


def test_a_group_is_said_by_its_name_and_number():
    assert say_group("pause", 231) == "pause 231 times"
    assert say_group("atrial_fibrillation", 1) == "atrial fibrillation"
