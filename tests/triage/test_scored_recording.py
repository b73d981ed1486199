from dataclasses import replace

import numpy as np

from default_config import pipeline_config
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.findings.finding import sort_findings
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from ecg_anomaly.triage.scored_recording import conclude_recording
from toy_detector import toy_records, write_toy_detector


def test_findings_of_beats_and_of_the_signal_are_sorted_together(tmp_path):
    detector = load_detector(write_toy_detector(tmp_path / "toy", pipeline_config()))
    signal = toy_records()[0].signal.copy()
    signal[7200:14400] = np.nan
    record = replace(toy_records()[0], signal=signal)
    write_record(record, tmp_path)
    recording = open_record(tmp_path / record.name)
    decisions = score_recording(detector, recording)
    scored = conclude_recording(recording, decisions, detector, {"id": "x", "threshold": 1.0})
    assert scored.decisions is decisions
    assert scored.segments
    assert scored.findings == sort_findings(scored.findings)
    assert "signal" in {finding.kind for finding in scored.findings}
    assert scored.summary["levels"]["technical"] >= 1
    assert scored.summary["detector"] == {"id": "x", "threshold": 1.0}
