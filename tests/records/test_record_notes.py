"""What is said of records that a training begins with."""

import pytest

from ecg_anomaly.records.record import UnusableRecord
from ecg_anomaly.records.record_notes import (
    ALL_OF_THEM,
    MOST_LINES,
    describe_extracted,
    group_notes,
)


def row(name, notes=(), labelled=True, outside=0):
    return {
        "name": name, "notes": list(notes), "labelled": labelled, "n_marks_outside": outside,
    }  # fmt: skip


def test_nothing_is_said_of_records_without_a_fault():
    assert list(describe_extracted([row("a"), row("b")], [])) == []
    assert group_notes([row("a")]) == []


def test_a_note_is_said_once_with_all_of_its_records():
    rows = [row("a", ["x", "y"]), row("b", ["y"]), row("c")]
    assert group_notes(rows) == [
        {"note": "y", "records": ["a", "b"]},
        {"note": "x", "records": ["a"]},
    ]
    assert list(describe_extracted(rows, [])) == [
        "note on 2 of 3 records: y",
        "note on 1 of 3 records: x",
    ]


def test_all_that_matters_is_said():
    left_out = [UnusableRecord("r1", "r1", "r1.dat: truncated")]
    rows = [row("a", labelled=False), row("b", outside=2)]
    assert list(describe_extracted(rows, left_out)) == [
        "left out 1 of 3 records, which cannot be used:",
        "  r1: r1.dat: truncated",
        "1 of 2 records are not labelled: a",
        "2 annotations after the last sample of their record are dropped",
    ]


@pytest.mark.parametrize("kind", ["notes", "left out"])
def test_a_thousand_of_a_kind_are_not_all_said(kind):
    rows, left_out = [row("a", map(str, range(1000)))], []
    if kind == "left out":
        rows, left_out = [], [UnusableRecord(str(n), str(n), "damaged") for n in range(1000)]
    lines = list(describe_extracted(rows, left_out))
    assert len(lines) <= MOST_LINES + 2
    assert lines[-1] == ALL_OF_THEM
