"""Drift on real recordings, by profiles that ``python -m lab.archive drift --write`` wrote."""

import json
from pathlib import Path

import pytest

from ecg_anomaly.archive.drift.drift_comparison import FALSE_ALARM_RATE, compare_values
from ecg_anomaly.archive.drift.drift_reference import gather_values
from lab.archive import drift_halves
from lab.archive.drift_halves import HALVINGS, count_alarms

PROFILES = json.loads(Path(__file__).with_name("profiles.json").read_text())


def test_another_recorder_is_drift():
    mitdb, svdb = (gather_values(PROFILES[name]) for name in ("mitdb", "svdb"))
    drifts = {d.name for d in compare_values(svdb, mitdb) if d.drifts}
    assert "noise_mv" in drifts


@pytest.mark.parametrize("name", ["svdb", "mitdb"])
def test_two_halves_of_one_database_are_none(name):
    assert count_alarms(PROFILES[name]) <= FALSE_ALARM_RATE * HALVINGS


def test_a_shift_in_one_half_is_found(monkeypatch):
    shifted = [(s, {**p, "qrs_mv": 3 + i % 2}) for i, (s, p) in enumerate(PROFILES["svdb"])]
    rest = [(s + "'", {**p, "qrs_mv": 0.1 + i / 99}) for i, (s, p) in enumerate(PROFILES["svdb"])]
    found = compare_values(gather_values(shifted), gather_values(rest))
    assert found[0].name == "qrs_mv"
    assert found[0].drifts


def test_databases_are_scored_and_compared(model_and_data, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(drift_halves, "HALVINGS", 2)
    drift_halves.measure_drift(*model_and_data, tmp_path / "profiles.json")
    said = capsys.readouterr().out
    assert "noise_mv: distance" in said
    assert said.count("of 2 halvings give an alarm") == 2
    assert json.loads((tmp_path / "profiles.json").read_text()).keys() == {"mitdb", "svdb"}


@pytest.fixture
def model_and_data(tmp_path):
    """Make a detector and two databases of sixteen short recordings each."""
    from default_config import pipeline_config, simulation_config
    from ecg_anomaly.records.simulation.simulated_records import simulate_records
    from ecg_anomaly.records.wfdb.wfdb_files import write_record
    from toy_detector import write_toy_detector

    for seed, name in enumerate(drift_halves.DATABASES):
        (tmp_path / name).mkdir()
        config = simulation_config(n_subjects=16, duration_s=12.0, fs=360.0, seed=seed)
        for record in simulate_records(config):
            write_record(record, tmp_path / name)
    return write_toy_detector(tmp_path / "toy", pipeline_config()), tmp_path
