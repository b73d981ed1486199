"""The tables of a model card, from metrics.json: all beats, EC57, classes, records, subgroups."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

#: Metrics of the first table: name in metrics.json, and name for people.
METRICS = {
    "auroc": "AUC",
    "average_precision": "average precision",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}

#: Rows and columns of the EC57 table, as metrics.json names them; episodes have rows only where the
#: reference names rhythms.
EC57_ROWS, EC57_SHARES = ("qrs", "veb", "sveb"), ("sensitivity", "predictivity")
EPISODE_ROWS = ("af_episodes", "af_duration", "vf_episodes", "vf_duration")

#: Rows of the table of records: the quantile over records that each shows.
QUANTILES = {"worst": 0.0, "a tenth below": 0.1, "a quarter below": 0.25, "median": 0.5}
RECORD_METRICS = ("auroc", "average_precision", "recall", "specificity")

#: Metrics of the table of subgroups, and the line before it.
SUBGROUPS = ("auroc", "recall", "specificity")
SUBGROUPS_TITLE = (
    "By lead, rates and quality of the signal (1 without noise), with intervals over subjects:"
)


def list_tables(metrics: Mapping[str, Any]) -> list[str]:
    """Write every table that the metrics have numbers for, as Markdown with a title line each.

    Parameters
    ----------
    metrics : mapping
        Content of ``metrics.json``; without labels there are no tables.

    Returns
    -------
    list of str
        The title line and the text of each table in turn; the first table has no title line.
    """
    if "detector" not in metrics:
        return []
    return [
        _overall_table(metrics),
        *_titled("By EC57 (gross, then the average over records):", _ec57(metrics.get("ec57"))),
        *_titled("By class of beat:", _classes(metrics.get("per_class"))),
        *_titled("Over records, which data/report/metrics.json names:", _records(metrics)),
        *_titled(SUBGROUPS_TITLE, _subgroups(metrics.get("subgroups", ()))),
    ]


def _overall_table(metrics: Mapping[str, Any]) -> str:
    """Write the metrics over all test beats, with their intervals and the false alarm rate."""
    found, rate = metrics["detector"], metrics["false_alarm_rate"]
    limits = {row["figure"]: (row["low"], row["high"]) for row in metrics["intervals"]}
    cells = [_with_interval(found[name], limits.get(name)) for name in METRICS]
    stated = "" if rate["stated"] is None else f" (stated {rate['stated']:.2f})"
    return draw_table(
        [*METRICS.values(), "false alarms"], [[*cells, format_metric(rate["realised"]) + stated]]
    )


def draw_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write rows of text as a Markdown table.

    Examples
    --------
    >>> print(draw_table(["a", "b"], [["1", "2"]]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    escaped = [[cell.replace("|", "\\|") for cell in line] for line in (head, *rows)]
    lines = [escaped[0], ["---"] * len(head), *escaped[1:]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def format_metric(value: float | None) -> str:
    """Format a number with three decimals; ``-`` for None."""
    return "-" if value is None else f"{value:.3f}"


def count_names(names: Iterable[str]) -> list[tuple[str, int]]:
    """Count how often each name occurs, in the order of first occurrence."""
    known = list(names)
    return [(name, known.count(name)) for name in dict.fromkeys(known)]


def _with_interval(value: float | None, limits: tuple[float | None, float | None] | None) -> str:
    if limits is None or None in limits:
        return format_metric(value)
    return f"{format_metric(value)} [{format_metric(limits[0])}, {format_metric(limits[1])}]"


def _titled(title: str, table: str) -> list[str]:
    return [title, table] if table else []


def _ec57(found: Mapping[str, Any] | None) -> str:
    if not found or not found.get("records"):
        return ""
    episodes = [what for what in EPISODE_ROWS if found.get(f"{what}_sensitivity_gross") is not None]
    rows = [
        [
            what.upper().replace("_", " "),
            *(
                f"{format_metric(found.get(f'{what}_{share}_gross'))}, "
                f"{format_metric(found.get(f'{what}_{share}_average'))}"
                for share in EC57_SHARES
            ),
        ]
        for what in (*EC57_ROWS, *episodes)
    ]
    return draw_table(["", "sensitivity", "positive predictivity"], rows)


def _classes(rows: Sequence[Mapping[str, Any]] | None) -> str:
    cells = [
        [
            row["class"],
            f"{row['beats']:,}",
            format_metric(row["flagged_share"]),
            format_metric(row["auroc"]),
        ]
        for row in rows or ()
        if row["beats"]
    ]
    return draw_table(["class", "beats", "flagged", "AUC"], cells) if cells else ""


def _records(metrics: Mapping[str, Any]) -> str:
    """Write how metrics vary over records; records are not named, since they may be patients."""
    rows = metrics.get("per_record") or ()
    known = {m: [row[m] for row in rows if row[m] is not None] for m in RECORD_METRICS}
    if not any(known.values()):
        return ""
    cells = [
        [name, *(format_metric(float(np.quantile(v, q)) if v else None) for v in known.values())]
        for name, q in QUANTILES.items()
    ]
    head = [f"{METRICS.get(m, m)} ({len(v)})" for m, v in known.items()]
    return draw_table([f"of {len(rows)}", *head], cells)


def _subgroups(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the groups of all conditions as one table; a condition is named in its first row."""
    cells, former = [], ""
    for row in rows:
        by = "" if row["by"] == former else row["by"]
        former = row["by"]
        found = (_with_interval(row[m], (row[f"{m}_low"], row[f"{m}_high"])) for m in SUBGROUPS)
        counts = [f"{row['subjects']}", f"{row['beats']:,} ({row['abnormal']:,})"]
        cells.append([by, str(row["group"]), *counts, *found])
    head = ["by", "", "subjects", "beats (abnormal)", *(METRICS.get(m, m) for m in SUBGROUPS)]
    return draw_table(head, cells) if cells else ""
