import json
import shutil

import numpy as np
import pytest

from ecg_anomaly.archive.drift.drift_reference import describe_values
from ecg_anomaly.archive.drift.recording_profile import MEASURES
from ecg_anomaly.cli import drift
from ecg_anomaly.cli.main import main
from ecg_anomaly.detector.package import add_reference


@pytest.fixture
def compare(model, tmp_path, monkeypatch):
    """Return a function that compares subjects shifted by so much and returns the status."""
    detector = shutil.copytree(model, tmp_path / "model")
    rng = np.random.default_rng(0)
    add_reference(detector, describe_values({name: rng.normal(size=40) for name in MEASURES}))

    def run(shift: float, *words: str) -> int:
        site = {name: np.sort(rng.normal(size=20)) + shift for name in MEASURES}
        monkeypatch.setattr(drift, "read_site", lambda *_: site)
        where = ["--detector", str(detector), "--output", str(tmp_path / "out")]
        return main(["drift", "table", *where, *words])

    return run


def test_drift_is_an_exit_status_a_page_and_numbers(unrendered, compare, tmp_path, capsys):
    assert compare(0.0) == 0
    assert "no drift" in capsys.readouterr().out
    assert compare(3.0) == 3
    assert "drift in 20 subjects" in capsys.readouterr().out
    numbers = json.loads((tmp_path / "out/drift.json").read_text())
    assert all(row["drifts"] for row in numbers["measures"].values())
    assert "drift in 20 subjects" in (tmp_path / "out/drift.html").read_text()


def test_another_table_may_be_the_reference(unrendered, compare, monkeypatch):
    assert compare(3.0, "--reference", "last-year") == 0


def test_a_detector_without_a_reference_and_a_wrong_rate_are_one_line(compare, model, capsys):
    assert main(["drift", "table", "--detector", str(model)]) == 1
    assert compare(0.0, "--false-alarm-rate", "5") == 1
    lines = capsys.readouterr().err.splitlines()
    assert "name a table with --reference" in lines[0]
    assert "is no share" in lines[1]
