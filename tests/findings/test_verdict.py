from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.verdict import (
    MOST_LISTED,
    count_kinds_found,
    count_levels,
    list_findings,
    say_verdict,
)


def make(kind: str, beats: int = 2) -> Finding:
    return Finding(kind, 0.0, 1.0, 1.0, beats, 60.0, 0.9, "why", "II")


def test_the_verdict_counts_by_level_and_groups_single_beats():
    findings = [
        make("asystole"), *[make("pause")] * 3, make("atrial_fibrillation"), make("couplet"),
        make("single_beats", 200), make("single_beats", 12),
    ]  # fmt: skip
    said = (
        "1 critical (asystole), 2 to look at (pause 3 times, atrial fibrillation), "
        "1 couplet or pattern, 212 single beats grouped in 2 kinds"
    )
    assert say_verdict(findings) == said
    levels = {"critical": 1, "high": 4, "review": 3, "technical": 0}
    assert count_levels(findings) == levels


def test_nothing_is_said_to_be_nothing():
    assert say_verdict([]) == "nothing critical, nothing to look at"
    assert say_verdict([make("signal")]).endswith("part of the signal cannot be read")
    assert say_verdict([make("single_beats", 1)]).endswith("1 single beat grouped in 1 kind")


def test_a_kind_is_listed_so_far_and_counted_whole():
    findings = [*[make("pause")] * (MOST_LISTED + 50), make("couplet")]
    assert len(list_findings(findings)) == MOST_LISTED + 1
    assert count_kinds_found(findings) == {"pause": MOST_LISTED + 50, "couplet": 1}
