from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.stored_values import MAX_DURATION_S
from ecg_anomaly.records.tables import table_record, table_rows
from ecg_anomaly.records.tables.table_record import TableRecord

VALUES = np.random.default_rng(0).normal(size=(900, 2)).round(4)
VALUES[17, 1] = np.nan
FRAME = pd.DataFrame(VALUES, columns=["II", "V1"])


def write(folder: Path, ending: str) -> Path:
    path = folder / f"walk{ending}"
    frame = FRAME.assign(time_s=np.arange(900) / 250)[["time_s", "II", "V1"]]
    if ending == ".parquet":
        frame.to_parquet(path, row_group_size=300)
    else:
        frame.to_csv(path, sep="\t" if ending == ".tsv" else ",", index=False)
    return path


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize(("unit", "scale"), [("mV", 1.0), ("uV", 1e-3), ("V", 1e3)])
def test_columns_are_leads_in_the_stated_unit(tmp_path, ending, unit, scale):
    recording = TableRecord(write(tmp_path, ending), ReadOptions(250, unit))
    assert (recording.name, recording.fs, recording.n_samples) == ("walk", 250.0, 900)
    assert recording.leads == ("II", "V1")
    np.testing.assert_allclose(recording.read(0, 900), VALUES * scale, rtol=1e-6)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_blocks_are_put_end_to_end(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(table_rows, "BLOCK_BYTES", 500)
    monkeypatch.setattr(table_rows, "BLOCK_NUMBERS", 140)
    recording = TableRecord(write(tmp_path, ending), ReadOptions(250, "mV"))
    for start, stop in [(0, 900), (3, 4), (899, 900), (5, 5), (100, 731)]:
        found = recording.read(start, stop)
        np.testing.assert_allclose(found, VALUES[start:stop], rtol=1e-6)


def test_semicolons_quotes_and_a_mark_of_byte_order_are_understood(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes('\ufeff"II";"V1"\r\n0.5;1\r\n;2e-1\r\n'.encode())
    recording = TableRecord(path, ReadOptions(250, "mV"))
    assert recording.leads == ("II", "V1")
    np.testing.assert_allclose(recording.read(0, 2), [[0.5, 1], [np.nan, 0.2]], rtol=1e-6)


def test_an_empty_line_under_one_lead_is_a_missing_sample(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("II\n1\n\n3\n")
    found = TableRecord(path, ReadOptions(250, "mV")).read(0, 3)[:, 0]
    np.testing.assert_array_equal(found, np.array([1, np.nan, 3], dtype=np.float32))


def test_infinite_values_are_missing(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("II\n1\ninf\n-inf\n")
    found = TableRecord(path, ReadOptions(250, "mV")).read(0, 3)[:, 0]
    assert np.isnan(found).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("fs", "unit", "where", "rule"),
    [(None, "mV", "walk.csv", "sampling rate"), (250, None, "walk.csv", "unit"),
     (0, "mV", "--fs", "0 is not from"), (float("nan"), "mV", "--fs", "nan"),
     (1e9, "mV", "--fs", "1e")],
)  # fmt: skip
def test_rate_and_unit_must_be_stated(tmp_path, fs, unit, where, rule):
    with pytest.raises(UserError) as caught:
        TableRecord(write(tmp_path, ".csv"), ReadOptions(fs, unit))
    assert caught.value.where.endswith(where)
    assert rule in caught.value.rule


def test_a_lead_that_is_not_there_is_named(tmp_path):
    path = write(tmp_path, ".csv")
    assert TableRecord(path, ReadOptions(250, "mV", "v1")).leads == ("II", "V1")
    with pytest.raises(UserError, match="no lead 'V9' among II, V1"):
        TableRecord(path, ReadOptions(250, "mV", "V9"))


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_of_a_month_is_read_and_one_row_more_is_refused(tmp_path, monkeypatch, ending):
    assert MAX_DURATION_S == 31 * 24 * 3600
    path = write(tmp_path, ending)
    monkeypatch.setattr(table_record, "MAX_DURATION_S", 900 / 250)
    assert TableRecord(path, ReadOptions(250, "mV")).n_samples == 900
    monkeypatch.setattr(table_record, "MAX_DURATION_S", 899 / 250)
    with pytest.raises(UserError, match="more than 899 rows"):
        TableRecord(path, ReadOptions(250, "mV"))


def test_columns_are_read_in_the_order_asked_for_and_no_gap_is_known(tmp_path):
    recording = TableRecord(write(tmp_path, ".csv"), ReadOptions(250, "mV"))
    whole = recording.read(0, 900)
    np.testing.assert_array_equal(recording.read(5, 700, [1, 0]), whole[5:700, ::-1])
    np.testing.assert_array_equal(recording.read(5, 700, [1]), whole[5:700, 1:])
    assert recording.next_stored(17) == 17
