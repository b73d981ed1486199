"""Group the findings of a kind, so that a person reads a screen where a recording has hundreds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ecg_anomaly.findings.finding import KINDS, Finding, describe_row


@dataclass
class FindingGroup:
    """All findings of one kind.

    Attributes
    ----------
    kind : str
    count : int
        How many they are.
    first_s, last_s : float
        Start of the first and the last of them.
    total_s, longest_s : float
        How long they last together, and the longest of them.
    longest_at_s : float
        Start of that one.
    minutes : int
        Minutes of the recording, counted from its start, that one has a part of. Beats that are
        grouped as alike count where the first of them is.
    """

    kind: str
    count: int
    first_s: float
    last_s: float
    total_s: float
    longest_s: float
    longest_at_s: float
    minutes: int

    def to_row(self) -> dict[str, Any]:
        """Return its attributes and level for JSON, times to a millisecond."""
        return describe_row(self)


def group_findings(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Group findings by kind, in the order in which the kinds are given."""
    by_kind: dict[str, list[Finding]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding)
    return [_describe(kind, alike) for kind, alike in by_kind.items()]


def _describe(kind: str, alike: list[Finding]) -> FindingGroup:
    starts = [f.start_s for f in alike]
    longest = max(alike, key=lambda f: (f.lasting_s, -f.start_s))
    return FindingGroup(
        kind,
        len(alike),
        min(starts),
        max(starts),
        sum(f.lasting_s for f in alike),
        longest.lasting_s,
        longest.start_s,
        len({minute for finding in alike for minute in _list_minutes(finding)}),
    )


def _list_minutes(finding: Finding) -> range:
    end_s = finding.start_s if finding.kind == "single_beats" else finding.end_s
    return range(int(finding.start_s // 60), int(end_s // 60) + 1)


def say_group(kind: str, count: int) -> str:
    """Say how often a kind was found: ``"pause 231 times"``, or its name alone for once."""
    label = KINDS[kind].label.split(",")[0]
    return label if count == 1 else f"{label} {count} times"
