"""Counts and delays in the tables of alarms."""

import numpy as np
import pytest
import wfdb

from ecg_anomaly.detector.loading import load_detector
from lab.live import alarm_tables
from lab.live.alarm_runs import SaidAlarm
from lab.live.alarm_tables import measure_delay, tabulate_folder, tabulate_onsets
from lab.live.critical_recordings import make_critical
from toy_detector import toy_records


def said(kind, start_s, said_s, priority="critical"):
    return SaidAlarm(kind, priority, start_s, said_s)


def test_a_delay_counts_from_the_limit_and_only_for_the_kind_and_the_time():
    made = make_critical("asystole", 0)
    limit_s = made.limit_s
    early = said("asystole", 10.0, 14.2)
    assert measure_delay(made, [early, said("pause", made.start_s, limit_s)]) is None
    found = [early, said("asystole", made.start_s, limit_s + 0.3)]
    assert measure_delay(made, found) == pytest.approx(0.3)


def test_onsets_have_a_row_for_each_kind(monkeypatch):
    def run(_detector, records):
        return [[said("asystole", 45.0, 50.0)] for _ in records]

    monkeypatch.setattr(alarm_tables, "run_alarms", run)
    lines = list(tabulate_onsets(None, 2))
    assert lines[2].startswith("| asystole | 2 of 2 |")
    assert lines[3] == "| ventricular fibrillation | 0 of 2 | 0 of 2 | - |"
    assert len(lines) == 7


def test_alarms_of_a_folder_are_counted_where_the_reference_has_none(folder, tmp_path, monkeypatch):
    for record in toy_records()[:2]:
        n = 20 * 360
        wfdb.wrsamp(
            record.name, fs=record.fs, units=["mV"] * 2, sig_name=list(record.leads),
            p_signal=record.signal[:n].astype(float), fmt=["16"] * 2, write_dir=tmp_path,
        )  # fmt: skip
        marks = record.annotations
        known = marks.sample < n
        wfdb.wrann(
            record.name, "atr", marks.sample[known], marks.symbol[known].tolist(),
            write_dir=tmp_path,
        )  # fmt: skip
    wfdb.wrann("s02", "atr", np.array([100, 1000, 5000]), ["N", "[", "]"], write_dir=tmp_path)

    def run(_detector, records):
        return [[said("asystole", 2.0, 6.3), said("pause", 1.0, 9.0, "high")] for _ in records]

    monkeypatch.setattr(alarm_tables, "run_alarms", run)
    table = "\n".join(tabulate_folder(load_detector(folder), tmp_path))
    assert "| critical alarms an hour | 180.00 |" in table
    assert "| critical alarms an hour in them | 180.00 (s01) |" in table
    assert "| episodes of VF and VT with an alarm | 1 of 1 |" in table
    assert "3.5, 3.5, 3.5 s" in table
