import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables import table_rows
from ecg_anomaly.records.tables.table_rows import (
    MAX_FOOTER_BYTES,
    CsvRows,
    ParquetRows,
    lead_columns,
)


@pytest.mark.parametrize(
    "counting",
    [
        "time",
        "Time (s)",
        "t",
        "seconds",
        "timestamp",
        "sample",
        "index",
        "Unnamed: 0",
        "n",
        "#",
        "",
    ],
)
def test_columns_that_count_are_no_leads(tmp_path, counting):
    assert lead_columns(tmp_path, [counting, " II", "V1"]) == {1: "II", 2: "V1"}


@pytest.mark.parametrize("name", ["I", "aVR", "tII", "nV", "ECG1", "temple"])
def test_names_that_merely_begin_alike_are_leads(tmp_path, name):
    assert lead_columns(tmp_path, [name]) == {0: name}


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        (["II", "0.5"], "first line has the number '0.5'"),
        (["-1e3"], "first line has the number '-1e3'"),
        (["II", "V1", "II "], "two columns are named 'II'"),
        ([f"L{i}" for i in range(513)], "513 columns"),
    ],
)
def test_a_first_line_without_the_names_of_leads_is_refused(tmp_path, names, rule):
    with pytest.raises(UserError) as caught:
        lead_columns(tmp_path / "x.csv", names)
    assert rule in caught.value.rule


def test_rows_come_in_blocks_and_empty_fields_are_nan(tmp_path, monkeypatch):
    monkeypatch.setattr(table_rows, "BLOCK_BYTES", 64)
    values = np.arange(120.0).reshape(60, 2)
    values[3, 1] = np.nan
    pd.DataFrame(values, columns=["II", "V1"]).to_csv(tmp_path / "x.csv", index=False)
    rows = CsvRows(tmp_path / "x.csv")
    blocks = list(rows)
    assert rows.leads == ("II", "V1")
    assert len(blocks) > 5
    np.testing.assert_array_equal(np.concatenate(blocks), values)


@pytest.mark.parametrize("kind", ["int16", "int64", "float32", "float64"])
def test_numbers_of_every_width_are_read_from_parquet(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(table_rows, "BLOCK_NUMBERS", 14)
    values = np.arange(40).reshape(20, 2).astype(kind)
    frame = pd.DataFrame(values, columns=["II", "V1"]).assign(index=range(20))
    frame.to_parquet(tmp_path / "x.parquet")
    rows = ParquetRows(tmp_path / "x.parquet")
    blocks = list(rows)
    assert rows.leads == ("II", "V1")
    assert [len(block) for block in blocks] == [7, 7, 6]
    assert {block.dtype for block in blocks} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(np.concatenate(blocks), values)


def test_a_null_is_a_sample_that_was_not_recorded(tmp_path):
    frame = pd.DataFrame({"II": pd.array([1, None, 3], dtype="Int64")})
    frame.to_parquet(tmp_path / "x.parquet")
    (block,) = ParquetRows(tmp_path / "x.parquet")
    np.testing.assert_array_equal(block[:, 0], [1, np.nan, 3])


def test_a_column_of_text_is_named(tmp_path):
    pd.DataFrame({"II": ["a"]}).to_parquet(tmp_path / "x.parquet")
    with pytest.raises(UserError, match=r"column .II. is (large_)?string, not numbers"):
        ParquetRows(tmp_path / "x.parquet")


def test_more_leads_than_a_recording_has_are_refused_by_their_names(tmp_path):
    with pytest.raises(UserError, match="65 ECG leads, more than 64"):
        lead_columns(tmp_path / "x.csv", [f"L{k}" for k in range(65)])


@pytest.mark.parametrize("letters", [b"PAR1", b"PARE"])
def test_a_parquet_file_whose_description_is_too_large_is_not_opened(tmp_path, letters):
    path = tmp_path / "x.parquet"
    n_bytes = MAX_FOOTER_BYTES + 1
    path.write_bytes(b"PAR1" + n_bytes.to_bytes(4, "little") + letters)
    with pytest.raises(UserError, match=f"{n_bytes} bytes describe its columns"):
        ParquetRows(path)
    path.write_bytes(b"PAR1")
    with pytest.raises(UserError, match="not a readable Parquet file"):
        ParquetRows(path)
