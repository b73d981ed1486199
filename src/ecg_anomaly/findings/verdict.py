"""Summarise the findings of a recording in one line, and list them for its summary file."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ecg_anomaly.findings.finding import KINDS, LEVELS, Finding
from ecg_anomaly.findings.finding_groups import say_group

#: Findings of one kind that a summary lists, the longest ones; it counts all. No recording that can
#: be read has more: a limit for files, not for people.
MOST_LISTED = 10_000


def count_levels(findings: Iterable[Finding]) -> dict[str, int]:
    """Count the findings of each level; single beats count by their groups."""
    counts = Counter(finding.level for finding in findings)
    return {level: counts[level] for level in LEVELS}


def say_verdict(findings: Sequence[Finding]) -> str:
    """Say what was found in a line.

    Parameters
    ----------
    findings : sequence of Finding
        Of one recording.

    Returns
    -------
    str
        Such as ``"1 critical (asystole), 2 to look at (pause 231 times, atrial fibrillation), 212
        single beats grouped in 4 kinds"``: findings of one kind count once.
    """
    counts = count_levels(findings)
    groups = [f for f in findings if f.kind == "single_beats"]
    review = counts["review"] - len(groups)
    parts = [
        _say_level(findings, "critical", "critical"),
        _say_level(findings, "high", "to look at"),
    ]
    if review:
        parts.append(f"{review} couplet{_s(review)} or pattern{_s(review)}")
    if groups:
        beats, kinds = sum(f.beats for f in groups), len(groups)
        parts.append(f"{beats} single beat{_s(beats)} grouped in {kinds} kind{_s(kinds)}")
    if counts["technical"]:
        parts.append("part of the signal cannot be read")
    return ", ".join(parts)


def _say_level(findings: Sequence[Finding], level: str, name: str) -> str:
    kinds = count_kinds_found(f for f in findings if KINDS[f.kind].level == level)
    if not kinds:
        return f"nothing {name}"
    said = ", ".join(say_group(kind, count) for kind, count in kinds.items())
    return f"{len(kinds)} {name} ({said})"


def _s(count: int) -> str:
    return "" if count == 1 else "s"


def list_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """List findings for JSON, of each kind the first `MOST_LISTED`, in the order given."""
    listed = Counter[str]()
    rows = []
    for finding in findings:
        listed[finding.kind] += 1
        if listed[finding.kind] <= MOST_LISTED:
            rows.append(finding.to_row())
    return rows


def count_kinds_found(findings: Iterable[Finding]) -> dict[str, int]:
    """Count the findings of each kind that is there, in the order given."""
    return dict(Counter(finding.kind for finding in findings))
