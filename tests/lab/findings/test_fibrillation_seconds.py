"""Atrial fibrillation by time: shares, and seconds that are wrong."""

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from lab.findings.fibrillation_seconds import (
    FibrillationTimes,
    describe_shares,
    mark_steps,
    measure_times,
    tabulate_times,
)


def make_times(record: str = "201") -> FibrillationTimes:
    """Fibrillation up to 40 s, flutter up to 60 s; said from 20 s to 80 s, by RR up to 100 s."""
    at_s = np.arange(0, 100, 0.1)
    said, by_rr = (at_s >= 20) & (at_s < 80), at_s >= 20
    return FibrillationTimes(record, said, by_rr, at_s < 40, (at_s >= 40) & (at_s < 60))


def test_time_counts_after_the_learning_period():
    steps = mark_steps([(290, 310), (395, 500)], 400.0)
    assert len(steps) == 1000
    assert steps.sum() == 100 + 50
    assert steps[:100].all()


def test_flutter_is_wrong_or_right():
    assert describe_shares([make_times()], flutter=False) == "0.50, 0.33"
    assert describe_shares([make_times()], flutter=True) == "0.67, 0.67"
    assert describe_shares([], flutter=True) == "1.00, 1.00"


def test_neither_fibrillation_nor_flutter_is_wrong():
    assert make_times().count_wrong_s() == pytest.approx((40.0, 20.0))


def test_records_with_much_that_is_wrong_are_listed():
    table = tabulate_times({"mitdb": [make_times(), make_times("202")], "svdb": []})
    assert "| training side (DS1) | 0.50, 0.33 | 0.67, 0.67 |" in table
    assert table.endswith("| 201 | 40 | 20 |\n| 202 | 40 | 20 |")


def test_a_folder_without_databases_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path))
    with pytest.raises(UserError, match="no folder mitdb, svdb, qtdb"):
        measure_times(None)
