"""Write the sentences at the top of the exploration page: what was skipped, and what stands out."""

from collections.abc import Iterable
from typing import Any

#: Share of flawed windows above which a record is named.
POOR_SHARE = 0.25


def list_remarks(summary: dict[str, Any]) -> list[str]:
    """List remarks on the data set.

    Parameters
    ----------
    summary : dict
        As `summarise_records` builds it.

    Returns
    -------
    list of str
        Whole sentences; first what was skipped and why, then what stands out.
    """
    rows, total = summary["records"], summary["total"]
    found = [
        _describe_left_out(summary["left_out"]),
        _describe_notes(summary["notes"]),
        _describe_marks_outside(rows),
        _describe_unlabelled(rows),
        _describe_cut_out(rows),
        _describe_no_beats(rows),
        _describe_missing(rows, total),
        _describe_flat(rows),
        _describe_poor(rows),
        _say_leads(rows, total),
        _describe_concentrated(summary["subjects"], total),
        _describe_shared_subjects(summary["subjects"]),
    ]
    return [sentence for sentence in found if sentence]


def _describe_left_out(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    names = name_some(row["name"] for row in rows)
    return (
        f"{count_things(len(rows), 'record', 'is/are')} left out ({names}): the reasons are listed "
        "below the recordings."
    )


def _describe_notes(groups: list[dict[str, Any]]) -> str:
    if not groups:
        return ""
    names = dict.fromkeys(name for group in groups for name in group["records"])
    return (
        f"{count_things(len(names), 'record', 'has/have')} notes on what was assumed or not read "
        f"({name_some(names)}), listed below the recordings."
    )


def _describe_marks_outside(rows: list[dict[str, Any]]) -> str:
    outside = [row for row in rows if row["n_marks_outside"]]
    if not outside:
        return ""
    names = name_some(f"{row['name']} ({row['n_marks_outside']})" for row in outside)
    number = sum(row["n_marks_outside"] for row in outside)
    return (
        f"{count_things(number, 'annotation', 'lies/lie')} after the last sample of "
        f"the record and {'was' if number == 1 else 'were'} left out: {names}."
    )


def _describe_unlabelled(rows: list[dict[str, Any]]) -> str:
    names = [row["name"] for row in rows if not row["labelled"]]
    if not names:
        return ""
    return (
        f"{count_things(len(names), 'record', 'is/are')} unlabelled ({name_some(names)}): classes, "
        "RR intervals and mean beats need beat labels and were skipped. Annotations of rhythms "
        "alone label no beat. Beats are found later, in preprocessing."
    )


def _describe_cut_out(rows: list[dict[str, Any]]) -> str:
    names = [row["name"] for row in rows if row["cut_out"]]
    if not names:
        return ""
    return (
        f"{count_things(len(names), 'record', 'holds/hold')} beats that came cut out and are laid "
        f"end to end ({name_some(names)}): the time between beats is lost, so RR intervals, heart "
        "rate and baseline were skipped. Amplitudes may be standardised rather than in mV."
    )


def _describe_no_beats(rows: list[dict[str, Any]]) -> str:
    names = [row["name"] for row in rows if row["labelled"] and not row["n_beats"]]
    if not names:
        return ""
    has = count_things(len(names), "labelled record", "has/have")
    return f"{has} no beat among the labels: {name_some(names)}."


def _describe_missing(rows: list[dict[str, Any]], total: dict[str, Any]) -> str:
    rows = sorted((row for row in rows if row["n_missing"]), key=lambda row: -row["n_missing"])
    if not rows:
        return "No sample is missing."
    names = [f"{row['name']} ({row['missing_share']:.2%})" for row in rows]
    return (
        f"{total['missing_share']:.2%} of all samples are missing, in "
        f"{count_things(len(rows), 'record')}: {name_some(names)}."
    )


def _describe_flat(rows: list[dict[str, Any]]) -> str:
    names = [
        f"{row['name']} ({lead['lead']}, {lead['flat_share']:.1%})"
        for row in rows
        for lead in row["lead_quality"]
        if lead["flat_share"]
    ]
    if not names:
        return ""
    return f"Flat segments, as from an electrode that came off: {name_some(names)}."


def _describe_poor(rows: list[dict[str, Any]]) -> str:
    evaluated = [row for row in rows if row["strip"]["cells"]]
    poor = [row for row in evaluated if 1 - row["states"]["good"] > POOR_SHARE]
    if not poor:
        return ""
    poor.sort(key=lambda row: row["states"]["good"])
    names = [
        f"{row['name']} ({1 - row['states']['good']:.0%}, mostly {_worst_state(row)})"
        for row in poor
    ]
    return (
        f"{count_things(len(poor), 'record', 'has/have')} a flaw on some lead in more than "
        f"{POOR_SHARE:.0%} of the windows: {name_some(names)}."
    )


def _worst_state(row: dict[str, Any]) -> str:
    flaws = {name: part for name, part in row["states"].items() if name != "good"}
    return max(flaws, key=lambda name: flaws[name])


def _say_leads(rows: list[dict[str, Any]], total: dict[str, Any]) -> str:
    sets = {tuple(row["leads"]) for row in rows}
    parts = []
    if len(sets) > 1:
        parts.append(f"{len(sets)} different combinations of leads")
    if len(total["fs"]) > 1:
        parts.append(f"{len(total['fs'])} sampling rates")
    return f"Records differ: {' and '.join(parts)}." if parts else ""


def _describe_concentrated(subjects: list[dict[str, Any]], total: dict[str, Any]) -> str:
    """Say how few subjects hold half of the anomalous beats: the split of these matters most."""
    anomalous = total["n_beats"] - total["classes"]["N"]
    if not anomalous or len(subjects) < 4:
        return ""
    counts = [(s["n_beats"] - s["classes"]["N"], s["name"]) for s in subjects]
    counts.sort(key=lambda item: (-item[0], item[1]))
    held, names = 0, []
    for n, name in counts:
        held += n
        names.append(name)
        if held >= anomalous / 2:
            break
    return (
        f"Half of the {anomalous:,} beats outside class N come from "
        f"{len(names)} of {len(subjects)} subjects: {name_some(names)}."
    )


def _describe_shared_subjects(subjects: list[dict[str, Any]]) -> str:
    shared = [s for s in subjects if len(s["records"]) > 1]
    if not shared:
        return ""
    names = [f"{s['name']} ({name_some(s['records'], 4)})" for s in shared]
    return (
        f"{count_things(len(shared), 'subject', 'has/have')} several records, which must stay on "
        f"one split: {name_some(names, 4)}."
    )


def name_some(names: Iterable[str], limit: int = 8) -> str:
    """Join the first `limit` names, and count the others: ``"100, 101 and 3 more"``."""
    names = list(names)
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")


def count_things(number: int, noun: str, verbs: str = "") -> str:
    """Write a number with noun and verb: ``count_things(2, "record", "has/have")``, 2 records have.

    `verbs` is the verb in singular and plural, if any.
    """
    one, _, many = verbs.partition("/")
    return f"{number} {noun}{'' if number == 1 else 's'} {one if number == 1 else many}".strip()
