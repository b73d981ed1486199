"""The command that measures findings: its table, and what it refuses."""

import pytest

from ecg_anomaly.evaluation.ec57.ec57_report import Ec57Report
from ecg_anomaly.evaluation.ec57.record_comparison import ec57_from_beats
from ecg_anomaly.files.errors import UserError
from lab.findings.__main__ import measure_findings, parse_arguments, tabulate_findings
from lab.findings.finding_counts import FindingCounts


def test_the_table_has_a_column_for_each_database():
    compared = ec57_from_beats([108_000, 108_360], ["N", "V"], [108_005, 108_350], ["N", "V"], 360)
    counts = {
        "cudb": FindingCounts(2, 1, 1, [3.0], rest_s=3600.0),
        "mitdb": FindingCounts(rest_s=3600.0, calm_s=1800.0),
    }
    table = tabulate_findings(counts, Ec57Report("atr", "anom", [compared]))
    assert "| | Creighton | MIT-BIH |" in table
    assert "| episodes found by a critical finding | 1 of 2 | – |" in table
    assert "| critical ones an hour where the reference has none | – | 0.00 (0.5 h) |" in table
    assert "VEB" in table


def test_a_folder_without_records_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path))
    with pytest.raises(UserError, match="no records"):
        measure_findings(parse_arguments(["--docs", str(tmp_path)]))
