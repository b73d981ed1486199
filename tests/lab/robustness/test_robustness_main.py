"""The measuring script, on a few simulated minutes in the form of the databases."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lab.robustness.__main__ as measure_robustness
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.doc_pages import ROOT


@pytest.fixture
def databases(tmp_path: Path, long_record) -> Path:
    data = tmp_path / "data"
    for name in ("mitdb", "nstdb"):
        (data / name).mkdir(parents=True)
    write_record(replace(long_record, name="100"), data / "mitdb")
    write_record(replace(long_record, name="118"), data / "mitdb")
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, long_record.signal.shape).astype(np.float32)
    for name in ("bw", "ma"):
        write_record(
            replace(long_record, name=name, signal=noise, annotations=None), data / "nstdb"
        )
    for name in measure_robustness.NOISY_RECORDS:
        noisy = replace(long_record, name=name, signal=long_record.signal + noise)
        write_record(noisy, data / "nstdb")
    return data


def test_tables_and_plot_are_written_where_the_page_has_marks(
    databases, folder, tmp_path, monkeypatch, capsys
):
    root, docs = tmp_path / "root", tmp_path / "docs"
    (root / "data").mkdir(parents=True)
    (root / "data/model").symlink_to(folder)
    docs.mkdir()
    parts = ("agreement", "noise")
    marks = [
        f"<!-- {p}: written by python -m lab.robustness -->\n<!-- end of {p} -->" for p in parts
    ]
    (docs / "robustness.md").write_text("\n\n".join(["# Title", *marks]))
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(databases))
    words = ["--root", str(root), "--docs", str(docs), "--records", "100", "--parts", *parts]
    measure_robustness.measure_robustness(measure_robustness.parse_arguments(words))
    page = (docs / "robustness.md").read_text()
    assert page.startswith("# Title")
    assert "| beats that one of the two alone finds | 0 |" in page
    assert page.count("| ma |") == page.count("| bw |") == 6
    assert page.count("| em |") == 2
    assert "118e00" in page
    assert (docs / "pictures/robustness-noise.png").stat().st_size > 10_000
    shown = capsys.readouterr().out
    assert all(line in shown for line in page.splitlines() if line.startswith("|"))


def test_without_the_databases_folder_the_way_out_is_said(monkeypatch, tmp_path):
    monkeypatch.delenv("ECG_ANOMALY_DATA", raising=False)
    arguments = measure_robustness.parse_arguments(["--root", str(tmp_path)])
    with pytest.raises(Exception, match="ECG_ANOMALY_DATA"):
        measure_robustness.measure_robustness(arguments)


def test_the_page_in_the_repository_has_every_mark_once():
    page = (ROOT / "docs" / measure_robustness.PAGE).read_text()
    for part in measure_robustness.PARTS:
        assert page.count(f"<!-- {part}: written by python -m lab.robustness -->") == 1
        assert page.count(f"<!-- end of {part} -->") == 1
