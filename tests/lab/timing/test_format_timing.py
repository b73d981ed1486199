"""A day in each format: the same samples in all, and a table that can be pasted."""

import numpy as np
import pytest

from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.read_options import ReadOptions
from lab.timing import format_timing, scoring
from lab.timing.process_cost import Cost


@pytest.fixture
def piece(tmp_path, monkeypatch):
    """Write a minute in place of the half hour."""
    for module in (scoring, format_timing):
        monkeypatch.setattr(module, "PIECE_S", 60.0)
    return open_record(scoring.write_piece(tmp_path))


@pytest.mark.parametrize("name", format_timing.WRITERS)
def test_every_format_holds_the_samples_of_the_piece_so_often(piece, tmp_path, name):
    ending, write = format_timing.WRITERS[name]
    write(piece, tmp_path / f"day{ending}", 3)
    table = ending in (".csv", ".parquet")
    options = ReadOptions(fs=360.0, unit="mV") if table else ReadOptions()
    day = open_record(tmp_path / f"day{ending}", options=options)
    assert (day.n_samples, day.fs, len(day.leads)) == (3 * piece.n_samples, 360.0, 2)
    expected = np.tile(piece.read(0, piece.n_samples), (3, 1))
    np.testing.assert_allclose(day.read(0, day.n_samples), expected, atol=1e-5)
    assert day.notes == ()


def test_the_table_has_a_row_for_each_format(piece, monkeypatch, capsys):
    monkeypatch.setattr(format_timing, "run_python", lambda _: Cost(3.0, 5.0))
    peak = lambda arguments: 200.0 if "score" in arguments else 60.0  # noqa: E731
    monkeypatch.setattr(format_timing, "peak_memory", peak)
    format_timing.measure_formats("data", "0.05")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "| format | file | score, cold start to last file | of all cores | memory above imports |",
        "|---|---|---|---|---|",
    ]
    rows = [line.strip("| ").split(" | ") for line in lines[2:]]
    assert [row[0] for row in rows] == list(format_timing.WRITERS)
    assert all(row[2:] == ["3.00 s", "CPU 5.00 s", "140 MB"] for row in rows)
