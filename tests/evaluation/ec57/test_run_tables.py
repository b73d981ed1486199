"""The line and the summary of a table of runs."""

import pytest

from ecg_anomaly.evaluation.ec57.run_comparison import RunComparison
from ecg_anomaly.evaluation.ec57.run_tables import (
    SUPRAVENTRICULAR_RUNS,
    VENTRICULAR_RUNS,
    run_row,
)

ROW = run_row("106", RunComparison((1, 0, 2), (7, 0, 0), (3, 0, 4), (5, 1, 0)), VENTRICULAR_RUNS)


def test_counts_stand_by_class():
    assert ROW["CFN"] == 7
    assert ROW["SFP"] == 1
    assert ROW["LTs"] == 2
    assert ROW["CSe"] == pytest.approx(12.5)


def test_a_line_rounds_up_and_a_summary_to_even():
    assert VENTRICULAR_RUNS.format_row(ROW) == (
        " 106   1   7   3   5   0   0   0   1   2   0   4   0   13  38   -   0 100 100"
    )
    gross = VENTRICULAR_RUNS.format_summary([ROW])[2]
    assert (
        gross == "Gross                                                    12  38   -   0 100 100"
    )


def test_the_supraventricular_table_says_so():
    assert SUPRAVENTRICULAR_RUNS.heading[0] == "(SVE run detection)"
    assert SUPRAVENTRICULAR_RUNS.format_summary([])[-1] == (
        "Total couplets: 0  Total short runs: 0  Total long runs: 0"
    )
