"""``ecg-anomaly compare``: a summary, tables and JSON in files, one line per fault."""

import json

import numpy as np
import pytest
import wfdb

from ecg_anomaly.cli.main import main

FS, LENGTH = 100, 60_000
BEATS = np.arange(50, LENGTH, 80)


@pytest.fixture
def folders(tmp_path):
    """A reference of two records in one folder, and what a detector says in another."""
    reference, test = tmp_path / "reference", tmp_path / "test"
    reference.mkdir()
    test.mkdir()
    for name in ("a", "b"):
        header = f"{name} 1 {FS} {LENGTH}\n{name}.dat 16 200 16 0 0 0 0 II\n"
        (reference / f"{name}.hea").write_text(header)
        annotate(reference, name, "atr", BEATS)
        annotate(test, name, "anom", BEATS + 3)
    return [str(reference), str(test)]


def annotate(folder, name, annotator, samples, every=10):
    symbols = ["V" if i % every == 0 else "N" for i in range(len(samples))]
    wfdb.wrann(name, annotator, samples, symbol=symbols, fs=FS, write_dir=str(folder))


def test_a_summary_is_printed(folders, capsys):
    assert main(["compare", *folders]) == 0
    out = capsys.readouterr().out
    assert out.startswith("anom against atr: 2 records, 750 beats\n")
    assert "VEB                100.00  100.00       100.00  100.00" in out


def test_tables_and_json_are_written(folders, tmp_path):
    options = ["--output", str(tmp_path / "out"), "--json", str(tmp_path / "out.json")]
    assert main(["compare", *folders, *options]) == 0
    assert len(list((tmp_path / "out").iterdir())) == 17
    (content,) = json.loads((tmp_path / "out.json").read_text())
    assert content["summary"]["QRS"]["sensitivity_gross"] == 100


def test_records_may_be_named_and_annotators_be_several(folders, capsys):
    annotate(folders[1], "a", "other", BEATS[::2])
    chosen = ["a", "--test-annotator", "anom", "--test-annotator", ".other"]
    assert main(["compare", *folders, *chosen]) == 0
    captured = capsys.readouterr()
    assert "anom against atr: 1 records" in captured.out
    assert "other against atr: 1 records" in captured.out


def test_a_fault_is_one_line_and_the_others_are_compared(folders, capsys):
    annotate(folders[1], "c", "anom", BEATS)
    assert main(["compare", *folders]) == 1
    captured = capsys.readouterr()
    assert "anom against atr: 2 records" in captured.out
    assert captured.err.count("\n") == 1
    assert "c.atr: no such file" in captured.err


def test_without_any_record_nothing_is_written(folders, tmp_path, capsys):
    options = ["x", "--output", str(tmp_path / "out")]
    assert main(["compare", *folders, *options]) == 1
    assert capsys.readouterr().err.endswith("no record could be compared; see the errors above\n")
    assert not (tmp_path / "out").exists()


def test_annotations_of_another_record_are_noted(folders, capsys):
    annotate(folders[1], "a", "anom", BEATS + 40)
    assert main(["compare", *folders]) == 0
    assert (
        "note: a.anom has less than half of the beats: it is of another record, or holds"
        in capsys.readouterr().err
    )
