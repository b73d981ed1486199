"""Describe in lines of text which records cannot be used, and what was assumed of the others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ecg_anomaly.files.errors import list_some
from ecg_anomaly.records.record import UnusableRecord

#: Most lines of a kind; the page of stage explore has all of them.
MOST_LINES = 20

ALL_OF_THEM = "  ... all of them: data/exploration/exploration.html"


def group_notes(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Group the notes on records by their text.

    Parameters
    ----------
    rows : iterable of mapping
        ``name`` and ``notes`` of each record.

    Returns
    -------
    list of dict
        ``note`` and ``records``, the names of the records with that note; most records first.

    Examples
    --------
    >>> group_notes([{"name": "a", "notes": ["cut"]}, {"name": "b", "notes": ["cut"]}])
    [{'note': 'cut', 'records': ['a', 'b']}]
    """
    found: dict[str, list[str]] = {}
    for row in rows:
        for note in row["notes"]:
            found.setdefault(str(note), []).append(str(row["name"]))
    groups = [{"note": note, "records": names} for note, names in found.items()]
    return sorted(groups, key=lambda group: -len(group["records"]))


def describe_extracted(
    rows: Sequence[Mapping[str, Any]], left_out: Sequence[UnusableRecord]
) -> Iterator[str]:
    """Describe problems of the extracted records, for the person who starts a training.

    Parameters
    ----------
    rows : sequence of mapping
        Index of the records, as `ecg_anomaly.records.record_archive.write_records` returns it.
    left_out : sequence of UnusableRecord
        The records that cannot be used.

    Yields
    ------
    str
        Lines; none where there is no problem.
    """
    if left_out:
        n_all = len(left_out) + len(rows)
        yield f"left out {len(left_out)} of {n_all} records, which cannot be used:"
        yield from (f"  {record.name}: {record.why}" for record in left_out[:MOST_LINES])
        if len(left_out) > MOST_LINES:
            yield ALL_OF_THEM
    unlabelled = [str(row["name"]) for row in rows if not row["labelled"]]
    if unlabelled:
        yield f"{len(unlabelled)} of {len(rows)} records are not labelled: {list_some(unlabelled)}"
    outside = sum(row["n_marks_outside"] for row in rows)
    if outside:
        yield f"{outside} annotations after the last sample of their record are dropped"
    groups = group_notes(rows)
    for group in groups[:MOST_LINES]:
        yield f"note on {len(group['records'])} of {len(rows)} records: {group['note']}"
    if len(groups) > MOST_LINES:
        yield ALL_OF_THEM
