"""Columns, shares, gross and average: worked out on a table of two records."""

import pytest

from ecg_anomaly.evaluation.ec57.line_table import LineTable, Share, add_columns, closing

TABLE = LineTable(
    heading=("Record hit miss share",),
    counts={"hit": " %3d", "miss": " %3d"},
    shares={"share": Share("hit", "hit miss", " %5.1f")},
    measures=("error",),
    totals={"beats": "hit miss", "hits": "hit"},
    name_template="%4s",
    sum_template="Sum %4d",
    gross_column=12,
    rule_length=20,
)
ROWS = [
    {**TABLE.make_row("a", {"hit": 1, "miss": 1}), "error": 1.006},
    {**TABLE.make_row("b", {"hit": 8, "miss": 0}), "error": None},
    {**TABLE.make_row("c", {"hit": 0, "miss": 0}), "error": 3.0},
]


def test_a_share_of_nothing_is_undefined():
    assert [row["share"] for row in ROWS] == [50, 100, None]


def test_gross_weighs_by_beats_and_average_by_records():
    assert TABLE.sum_rows(ROWS)["share"] == 90
    assert TABLE.average_rows(ROWS)["share"] == 75


def test_a_measure_is_averaged_as_printed():
    assert TABLE.average_rows(ROWS)["error"] == pytest.approx((1.01 + 3) / 2)
    assert "error" not in TABLE.sum_rows(ROWS)


def test_the_text():
    assert TABLE.format_sumstats(ROWS).split("\n") == [
        "Record hit miss share",
        "   a   1   1  50.0   1.01",
        "   b   8   0 100.0     -",
        "   c   0   0     -   3.00",
        "_" * 20,
        "Sum    9   1",
        "Gross         90.0",
        "Average       75.0   2.00",
        "Total beats: 10  Total hits: 9",
        "",
        "Summary of results from 3 records",
        "",
    ]


def test_no_record_gives_dashes():
    assert TABLE.format_summary([])[2] == "Gross" + "-".rjust(13)


def test_columns_are_added_by_name():
    assert add_columns(ROWS[1], "hit miss") == 8


def test_the_closing_line_counts_records():
    assert closing(ROWS)[1] == "Summary of results from 3 records"
