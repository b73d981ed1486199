"""Couplets and runs that are found with each value of a limit."""

import pytest
from hand_made_record import make_record

from ecg_anomaly.findings.limits import FindingLimits
from lab.findings import run_limits
from lab.findings.run_limits import CHOICES, count_runs, tabulate_limits


@pytest.mark.parametrize(("run_likely", "couplets"), [(0.5, [1, 0, 1, 0]), (0.6, [0, 1, 0, 0])])
def test_a_couplet_is_found_or_missed_as_the_limit_says(run_likely, couplets):
    counts = count_runs([make_record()], FindingLimits(run_likely=run_likely))
    assert counts[:, 0].tolist() == couplets


def test_the_table_has_a_row_for_each_value(monkeypatch):
    monkeypatch.setattr(run_limits, "CHOICES", {"run_likely": (2.0, 0.5)})
    rows = tabulate_limits({"mitdb": [make_record()], "svdb": []}).splitlines()
    assert rows[0] == "| limit | mitdb | svdb |"
    assert rows[2].startswith("| run_likely 2 | 0/1, 0/0;")
    assert rows[3].startswith("| run_likely 0.5 | 1/1, 1/1;")


def test_the_values_in_use_are_among_those_compared():
    for name, values in CHOICES.items():
        assert getattr(FindingLimits(), name) in values
