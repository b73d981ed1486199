"""Stage `extract` as `dvc repro` runs it: a folder of WFDB records becomes one archive."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.records.record_archive import RecordArchive
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from forked_scripts import run_script
from pipeline_copy import Result

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def own(tmp_path, make_noise_record):
    """Two records of one's own, of which `r2` is not labelled."""
    records = [make_noise_record("r1", 1), make_noise_record("r2", 2)]
    (tmp_path / "own").mkdir()
    for record in records:
        write_record(record, tmp_path / "own")
    (tmp_path / "own" / "r2.atr").unlink()
    return records


def extract(folder: Path) -> Result:
    shutil.copy(ROOT / "params.yaml", folder)
    overrides = ["dataset.source=wfdb_folder", "dataset.name=own", f"dataset.folder={folder}/own"]
    command = [sys.executable, str(ROOT / "src" / "extract_records.py"), *overrides]
    return run_script(command, folder)


def test_records_and_their_annotations_are_archived(tmp_path, own):
    done = extract(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 of 2 records are not labelled" in done.stdout
    for found, record in zip(RecordArchive(tmp_path / "data" / "records"), own, strict=True):
        assert (found.name, found.fs, found.leads) == (record.name, record.fs, record.leads)
        np.testing.assert_array_equal(found.signal, record.signal)
        assert (found.annotations is None) == (found.name == "r2")


def damage(path):
    data = path.read_bytes()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])


@pytest.mark.usefixtures("own")
def test_a_damaged_record_is_left_out_and_said(tmp_path):
    damage(tmp_path / "own" / "r2.dat")
    done = extract(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "left out 1 of 2 records, which cannot be used:" in done.stdout
    assert "  r2: r2.dat: lead MLII has checksum" in done.stdout
    archive = RecordArchive(tmp_path / "data" / "records")
    assert [record.name for record in archive] == ["r1"]
    assert [record.name for record in archive.left_out] == ["r2"]
    assert archive.left_out[0].why.startswith("r2.dat: lead MLII has checksum")


@pytest.mark.usefixtures("own")
def test_when_no_record_is_left_the_stage_ends_in_one_line_and_leaves_no_archive(tmp_path):
    for name in ("r1", "r2"):
        damage(tmp_path / "own" / f"{name}.dat")
    done = extract(tmp_path)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "none of 2 records can be used, the first because of r1.dat: lead MLII has ch" in line
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data" / "records").exists()
