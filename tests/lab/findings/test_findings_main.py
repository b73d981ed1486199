"""The command that measures findings: its table, and what it refuses."""

import pytest

from ecg_anomaly.files.errors import UserError
from lab.findings.__main__ import measure_findings, parse_arguments


def test_a_folder_without_records_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path))
    with pytest.raises(UserError, match="no records"):
        measure_findings(parse_arguments(["--docs", str(tmp_path)]))
