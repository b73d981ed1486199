"""Stage `explore`: a page and its numbers, of the records that `extract` wrote."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from ecg_anomaly.records.record_archive import write_records
from forked_scripts import run_script
from pipeline_copy import ROOT

SCRIPT = [sys.executable, str(ROOT / "src/explore_records.py")]


@pytest.fixture
def folder(tmp_path: Path, simulated_records) -> Path:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    write_records(simulated_records[:2], tmp_path / "data/records")
    return tmp_path


def test_the_page_and_its_numbers_are_written_and_repeat(folder: Path, simulated_records) -> None:
    written = []
    for _ in range(2):
        result = run_script(SCRIPT, folder)
        assert result.returncode == 0, result.stderr
        assert "data/exploration/exploration.html" in result.stdout
        written.append({p.name: p.read_bytes() for p in (folder / "data/exploration").iterdir()})
    assert written[0] == written[1]
    assert sorted(written[0]) == ["exploration.html", "exploration.json"]
    summary = json.loads(written[0]["exploration.json"])
    names = [record.name for record in simulated_records[:2]]
    assert [row["name"] for row in summary["records"]] == names
    assert all(name in written[0]["exploration.html"].decode() for name in names)


def test_limits_of_preprocessing_decide_what_is_shown_as_flawed(folder: Path) -> None:
    result = run_script([*SCRIPT, "preprocess.flat_mv=14"], folder)
    assert result.returncode == 0, result.stderr
    summary = json.loads((folder / "data/exploration/exploration.json").read_text())
    assert all(row["states"]["flat line"] == 1 for row in summary["records"])


def test_without_records_nothing_is_written(tmp_path: Path) -> None:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    result = run_script(SCRIPT, tmp_path)
    assert result.returncode == 1
    assert "data/records/records.json" in result.stderr
    assert not (tmp_path / "data/exploration").exists()
