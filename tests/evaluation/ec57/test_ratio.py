"""Shares of nothing are undefined, left out of means, and printed as a dash."""

import pytest

from ecg_anomaly.evaluation.ec57.ratio import Ratio, format_number, mean_defined


@pytest.mark.parametrize(("hits", "of", "percent"), [(1, 3, 100 / 3), (0, 5, 0), (0, 0, None)])
def test_percent(hits, of, percent):
    assert Ratio(hits, of).percent == percent


def test_a_mean_leaves_out_what_is_undefined():
    assert mean_defined([100, None, 50]) == 75
    assert mean_defined([]) is None


@pytest.mark.parametrize("template", [" %6.2f", " %3.0f", "%5.1f"])
def test_a_dash_is_as_wide_as_a_number(template):
    assert len(format_number(template, None)) == len(format_number(template, 12.34))
    assert format_number(template, None).strip() == "-"
