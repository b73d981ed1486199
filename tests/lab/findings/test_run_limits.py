"""Couplets and runs that are found with each value of a limit."""

import numpy as np
import pytest

from ecg_anomaly.detector.decisions import DTYPES, BeatDecisions
from ecg_anomaly.evaluation.ec57.annotator_files import ReferenceFile
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from ecg_anomaly.findings.limits import FindingLimits
from lab.findings import run_limits
from lab.findings.run_limits import CHOICES, KnownRecord, count_runs, tabulate_limits

FS = 250.0


@pytest.fixture
def record(tmp_path):
    """A fusion beat that is not flagged before a ventricular beat, after the learning period."""
    time_s = np.arange(500) * 0.8
    columns = {name: np.zeros(500, kind) for name, kind in DTYPES.items()}
    columns |= {"time_s": time_s, "sample": np.rint(time_s * FS).astype(np.int64)}
    columns |= {"rr_s": np.full(500, 0.8), "quality": np.ones(500, np.float32)}
    columns |= {name: np.full(500, "", object) for name in ("unreadable", "aami", "reason", "lead")}
    columns["aami"][451], columns["anomalous"][451] = "V", True
    columns["fusion"][450] = 0.57
    codes = np.full(500, "N")
    codes[450:452] = "F", "V"
    decisions = BeatDecisions(**columns)
    part = ComparedPart(FS, int(time_s[-1] * FS), length_known=True)
    reference = ReferenceFile(tmp_path, Marks.of_beats(decisions.sample, codes), part)
    return KnownRecord(decisions, reference)


def test_a_couplet_is_found_or_missed_as_the_limit_says(record):
    assert count_runs([record], FindingLimits(run_likely=0.5))[:, 0].tolist() == [1, 0, 1, 0]
    assert count_runs([record], FindingLimits(run_likely=0.6))[:, 0].tolist() == [0, 1, 0, 0]


def test_the_table_has_a_row_for_each_value(record, monkeypatch):
    monkeypatch.setattr(run_limits, "CHOICES", {"run_likely": (2.0, 0.5)})
    rows = tabulate_limits({"mitdb": [record], "svdb": []}).splitlines()
    assert rows[0] == "| limit | mitdb | svdb |"
    assert rows[2].startswith("| run_likely 2 | 0/1, 0/0;")
    assert rows[3].startswith("| run_likely 0.5 | 1/1, 1/1;")


def test_the_values_in_use_are_among_those_compared():
    for name, values in CHOICES.items():
        assert getattr(FindingLimits(), name) in values
