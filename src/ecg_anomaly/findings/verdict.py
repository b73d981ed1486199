"""Say in a line what was found in a recording, and list as much of it as a file should hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from ecg_anomaly.findings.finding import LEVELS, Finding

#: Findings of one kind that a summary lists, the longest ones; it counts all.
MOST_LISTED = 200


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
        Such as ``"1 critical, 3 to look at, 212 single beats grouped in 4 kinds"``.
    """
    counts = count_levels(findings)
    groups = [f for f in findings if f.kind == "single_beats"]
    review = counts["review"] - len(groups)
    parts = [
        f"{counts['critical'] or 'nothing'} critical",
        f"{counts['high'] or 'nothing'} to look at",
    ]
    if review:
        parts.append(f"{review} couplet{_s(review)} or pattern{_s(review)}")
    if groups:
        beats, kinds = sum(f.beats for f in groups), len(groups)
        parts.append(f"{beats} single beat{_s(beats)} grouped in {kinds} kind{_s(kinds)}")
    if counts["technical"]:
        parts.append("part of the signal cannot be read")
    return ", ".join(parts)


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
