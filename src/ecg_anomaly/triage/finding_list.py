"""The findings of a recording as the page shows them: by level and kind, the first ones drawn."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ecg_anomaly.files.page_template import clock
from ecg_anomaly.findings.finding import KINDS, LEVELS
from ecg_anomaly.triage.strips import LENGTH_S, Strip

#: What ``--only`` shows: levels down to this one.
ONLY = ("critical", "high", "all")

#: Rows of one kind on the page at most, how many of them are drawn, by level, and how many findings
#: are named by their times.
MOST_ROWS, MOST_TIMES = 5, 60
DRAWN = {"critical": 3, "high": 1, "review": 0, "technical": 0}

#: What the levels mean, for the legend.
LEVEL_MEANINGS = {
    "critical": "may be dangerous: look at it first",
    "high": "look at it today",
    "review": "often harmless: count it, look at an example",
    "technical": "says something of the electrodes, nothing of the heart",
}


def levels_shown(only: str) -> tuple[str, ...]:
    """Return the levels that ``--only`` leaves on the page."""
    return LEVELS if only == "all" else LEVELS[: LEVELS.index(only) + 1]


def arrange_findings(
    summary: Mapping[str, Any],
    strips: Sequence[Strip],
    duration_s: float,
    draw: Callable[[Strip], Markup],
    only: str = "all",
) -> list[dict[str, Any]]:
    """Arrange the findings of a summary for the page.

    Parameters
    ----------
    summary : mapping
        As made by `ecg_anomaly.triage.recording_summary.summarize`.
    strips : sequence of Strip
        Those of the page: a finding that is not drawn is linked to the nearest one.
    duration_s : float
        Length of the recording in s.
    draw : callable
        Draws a strip.
    only : {"critical", "high", "all"}
        The least level shown.

    Returns
    -------
    list of dict
        One for each kind, the most critical first: ``level``, ``label``, ``count``, ``said``
        (first, longest, in how many minutes), ``times`` if some have no row, ``has``, which says
        which columns hold anything, ``drawn`` if any row is, and ``rows``, of which each has texts
        and maybe a ``plot``.
    """
    by_kind: dict[str, list[Mapping[str, Any]]] = {}
    for row in summary["findings"]:
        if row["level"] in levels_shown(only):
            by_kind.setdefault(row["kind"], []).append(row)
    groups = {group["kind"]: group for group in summary["finding_groups"]}
    return [
        {
            "level": KINDS[kind].level,
            "label": KINDS[kind].label,
            "count": summary["kinds_found"][kind],
            "said": _say_group(groups[kind], rows, duration_s),
            "times": _list_times(rows),
            "has": {name: any(row[name] for row in rows) for name in ("beats", "rate_bpm", "lead")},
            "drawn": DRAWN[KINDS[kind].level] > 0,
            "rows": [
                _describe(row, k < DRAWN[row["level"]], strips, duration_s, draw)
                for k, row in enumerate(rows[:MOST_ROWS])
            ],
        }
        for kind, rows in by_kind.items()
    ]


def _say_group(
    group: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], duration_s: float
) -> str:
    """Say of a kind what a reader asks first; of a single finding, when and why."""
    first, count = f"first at {clock(group['first_s'])}", group["count"]
    if count == 1:
        return f"at {clock(rows[0]['start_s'])}: {rows[0]['why']}"
    if rows[0]["kind"] == "single_beats":
        return f"{sum(row['beats'] for row in rows):,} beats of {count:,} kinds, {first}"
    if rows[0]["kind"] == "signal":
        return f"for {count:,} reasons, {first}"
    longest = f"longest {group['longest_s']:.1f} s at {clock(group['longest_at_s'])}"
    minutes = f"in {group['minutes']:,} of {max(1, math.ceil(duration_s / 60)):,} minutes"
    return f"{count:,} times, {first}, {longest}, {minutes}"


def _list_times(rows: Sequence[Mapping[str, Any]]) -> str:
    """List when findings of a kind begin, if not each of them has a row."""
    if len(rows) <= MOST_ROWS:
        return ""
    starts = sorted(row["start_s"] for row in rows)
    more = f" and {len(rows) - MOST_TIMES:,} more" if len(rows) > MOST_TIMES else ""
    return ", ".join(clock(start_s) for start_s in starts[:MOST_TIMES]) + more


def _describe(
    row: Mapping[str, Any],
    drawn: bool,
    strips: Sequence[Strip],
    duration_s: float,
    draw: Callable[[Strip], Markup],
) -> dict[str, Any]:
    nearest = min(strips, key=lambda strip: _distance(row, strip), default=None)
    return {
        "start": clock(row["start_s"]),
        "lasting_s": row["end_s"] - row["start_s"],
        "beats": row["beats"],
        "rate_bpm": row["rate_bpm"],
        "confidence": row["confidence"],
        "lead": row["lead"],
        "why": row["why"],
        "strip": None if nearest is None else nearest.number,
        "plot": draw(place_strip(row, duration_s)) if drawn else None,
    }


def place_strip(row: Mapping[str, Any], duration_s: float) -> Strip:
    """Place a strip on a finding: centred if it fits, else from one second before its start."""
    middle = (row["start_s"] + row["end_s"]) / 2
    fits = row["end_s"] - row["start_s"] <= LENGTH_S - 2
    start_s = middle - LENGTH_S / 2 if fits else row["start_s"] - 1.0
    start_s = max(0.0, min(start_s, duration_s - LENGTH_S))
    end_s = min(start_s + LENGTH_S, duration_s)
    found_s = row["start_s"], row["end_s"]
    return Strip(0, start_s, end_s, -1, -1, top=-1, size=0, kind="", alike=0, found_s=found_s)


def _distance(row: Mapping[str, Any], strip: Strip) -> float:
    return float(max(row["start_s"] - strip.end_s, strip.start_s - row["end_s"], 0.0))
