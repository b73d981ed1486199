"""What the command says of findings: exit status, index, page, annotations, own limits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from toy_detector import toy_records


@pytest.fixture(scope="module")
def stops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of one recording in which the heart stands still for seven seconds."""
    folder = tmp_path_factory.mktemp("stops")
    record = toy_records()[2]
    signal = record.signal.copy()
    part = slice(round(30 * record.fs), round(37 * record.fs))
    rng = np.random.default_rng(0)
    signal[part] = rng.normal(0, 0.01, signal[part].shape)
    write_record(replace(record, name="stops", signal=signal, annotations=None), folder)
    return folder / "stops"


def test_an_asystole_is_the_first_finding_everywhere(score, stops, tmp_path):
    assert score(stops) == 0
    summary = read_json(tmp_path / "out/stops.summary.json")
    first = summary["findings"][0]
    assert (first["kind"], first["level"]) == ("asystole", "critical")
    assert first["start_s"] == pytest.approx(29.5, abs=1.0)
    assert first["found_s"] <= first["start_s"] + 4.5
    assert summary["verdict"].startswith("1 critical")
    assert summary["levels"]["critical"] == summary["kinds_found"]["asystole"] == 1
    page = (tmp_path / "out/stops.html").read_text()
    assert page.index("no QRS complex for") < page.index("Hour by hour")
    marks = wfdb.rdann(str(tmp_path / "out/stops"), "anom")
    assert "(ASYS" in [note.rstrip("\0") for note in marks.aux_note]


@pytest.mark.parametrize(("level", "status"), [("critical", 3), ("high", 3)])
def test_fail_on_ends_with_status_3(score, stops, level, status):
    assert score(stops, "--fail-on", level) == status


def test_a_failed_recording_counts_for_more_than_a_finding(score, stops, tmp_path):
    assert score(stops, tmp_path / "missing", "--fail-on", "critical") == 1


def test_a_calm_recording_does_not_fail(score, records):
    assert score(records / "s01", "--fail-on", "critical") == 0


def test_only_leaves_the_rest_off_the_page(score, stops, tmp_path):
    assert score(stops, "--only", "critical", "--threshold", -2.4) == 0
    page = (tmp_path / "out/stops.html").read_text()
    assert "asystole" in page
    assert "strip-1" not in page
    assert 'class="level level-review">review</span>single' not in page
    assert len(read_json(tmp_path / "out/stops.summary.json")["findings"]) > 1


def test_the_index_begins_with_the_most_critical(score, stops, records, tmp_path, capsys):
    assert score(records / "s01", stops) == 0
    text = (tmp_path / "out/index.html").read_text()
    assert text.index("stops.html") < text.index("s01.html")
    assert "index.html" in capsys.readouterr().out


def test_own_limits(score, stops, tmp_path, capsys):
    limits = tmp_path / "limits.yaml"
    limits.write_text("asystole_s: 9\n")
    assert score(stops, "--findings", limits, "--fail-on", "critical") == 0
    limits.write_text("asystole: 9\n")
    assert score(stops, "--findings", limits) == 1
    assert "asystole: no such limit" in capsys.readouterr().err
