"""Shares of beats missed in shutdown: the programs' peculiarities in the text alone."""

from collections import Counter

import pytest

from ecg_anomaly.evaluation.ec57.beat_comparison import BeatComparison
from ecg_anomaly.evaluation.ec57.shutdown_tables import SHUTDOWN, SHUTDOWN_WITH_SVEB

COMPARED = BeatComparison(Counter(Nn=90, Nx=4, Sx=1, Ss=5, Vv=10), shutdown_s=37)


def test_supraventricular_beats_count_as_normal_without_a_column():
    row = SHUTDOWN.make_row("100", COMPARED)
    assert (row["Nx"], row["N beats"], row["S beats"]) == (5, 100, 0)
    assert row["% N missed"] == 5
    assert SHUTDOWN.format_row(row) == (
        " 100    5    0    0    0     4.55   5.00   0.00      -   37 seconds 100 0 10 0 0"
    )


def test_bxb_leaves_them_out_of_the_misses_of_all_beats():
    row = SHUTDOWN_WITH_SVEB.make_row("100", COMPARED)
    assert row["% beats missed"] == pytest.approx(100 * 5 / 110)
    assert "     3.64   4.26  16.67   0.00" in SHUTDOWN_WITH_SVEB.format_row(row)


def test_sumstats_counts_the_beats_twice():
    row = SHUTDOWN.make_row("100", COMPARED)
    assert SHUTDOWN.sum_rows([row])["% N missed"] == 5
    lines = SHUTDOWN.format_sumstats([row]).split("\n")
    assert lines[5].split() == ["Gross", "2.27", "2.50", "0.00", "-"]
    assert lines[6].split() == ["Average", "4.55", "5.00", "0.00", "-"]


def test_with_sveb_there_is_a_sum_alone():
    lines = SHUTDOWN_WITH_SVEB.format_sumstats([SHUTDOWN_WITH_SVEB.make_row("1", COMPARED)])
    assert lines.split("\n")[4].split() == ["Sum", "4", "1", "0", "0", "0", "37", "seconds"]
    assert "Gross" not in lines


def test_sumstats_does_not_count_records_without_beats_where_it_has_shares():
    nothing = BeatComparison()
    for table, n in ((SHUTDOWN, 1), (SHUTDOWN_WITH_SVEB, 2)):
        rows = [table.make_row("1", COMPARED), table.make_row("2", nothing)]
        last = table.format_sumstats(rows).split("\n")[-2]
        assert last == f"Summary of results from {n} record{'s' if n > 1 else ''}"
