import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables import table_rows
from ecg_anomaly.records.tables.table_rows import MAX_FOOTER_BYTES, CsvRows, ParquetRows


def join(blocks):
    return np.concatenate([np.column_stack(block) for block in blocks])


def test_rows_come_in_blocks_and_empty_fields_are_nan(tmp_path, monkeypatch):
    monkeypatch.setattr(table_rows, "BLOCK_BYTES", 64)
    values = np.arange(120.0).reshape(60, 2)
    values[3, 1] = np.nan
    pd.DataFrame(values, columns=["II", "V1"]).to_csv(tmp_path / "x.csv", index=False)
    rows = CsvRows(tmp_path / "x.csv")
    blocks = list(rows.read([0, 1], []))
    assert [column.name for column in rows.columns] == ["II", "V1"]
    assert len(blocks) > 5
    np.testing.assert_array_equal(join(blocks), values)


def test_columns_come_in_the_order_in_which_they_are_asked_for(tmp_path):
    (tmp_path / "x.csv").write_text("time,II,V1\n0:00.1,1,2\n0:00.2,3,4\n")
    ((v1, ii, time),) = CsvRows(tmp_path / "x.csv").read([2, 1], [0])
    assert (v1.tolist(), ii.tolist()) == ([2, 4], [1, 3])
    assert time.to_pylist() == ["0:00.1", "0:00.2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("spaces", [" ", "    "])
def test_spaces_separate_as_many_as_there_are(tmp_path, monkeypatch, encoding, spaces):
    monkeypatch.setattr(table_rows, "BLOCK_BYTES", 50)
    lines = [f" {i}{spaces}{i / 8} " for i in range(100)]
    (tmp_path / "x.txt").write_text("\n".join(["\u00b5  II", *lines]) + "\n", encoding=encoding)
    found = join(CsvRows(tmp_path / "x.txt").read([0, 1], []))
    np.testing.assert_array_equal(found[:, 1], np.arange(100) / 8)


def test_comments_and_empty_lines_between_the_rows_are_passed_over(tmp_path):
    (tmp_path / "x.csv").write_text("II,V1\n1,2\n\n# paused\n3,4\n5,6\n")
    assert join(CsvRows(tmp_path / "x.csv").read([0, 1], [])).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_a_last_line_that_was_cut_off_is_told_and_no_other_short_line_is(tmp_path):
    (tmp_path / "x.csv").write_text("II,V1\n1,2\n3,4\n0.5")
    rows = CsvRows(tmp_path / "x.csv")
    assert join(rows.read([0, 1], [])).tolist() == [[1, 2], [3, 4]]
    assert rows.cut_line == "0.5"
    for text in ("II,V1\n1,2\n3\n5,6\n7,8\n", "II,V1\n1,2\n3,4\n5\n", "II,V1\n1,2\n3\n5,6\n7"):
        (tmp_path / "x.csv").write_text(text)
        with pytest.raises(UserError, match=r"line \d has 1 fields, not 2 as in the others"):
            list(CsvRows(tmp_path / "x.csv").read([0, 1], []))


@pytest.mark.parametrize("kind", ["int16", "int64", "float32", "float64"])
def test_numbers_of_every_width_are_read_from_parquet(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(table_rows, "BLOCK_NUMBERS", 14)
    values = np.arange(40).reshape(20, 2).astype(kind)
    frame = pd.DataFrame(values, columns=["II", "V1"]).assign(index=range(20))
    frame.to_parquet(tmp_path / "x.parquet")
    rows = ParquetRows(tmp_path / "x.parquet")
    blocks = list(rows.read([0, 1], []))
    assert [column.name for column in rows.columns] == ["II", "V1", "index"]
    assert [len(block[0]) for block in blocks] == [7, 7, 6]
    assert {column.dtype for block in blocks for column in block} == {np.dtype(np.float64)}
    np.testing.assert_array_equal(join(blocks), values)


def test_a_null_is_a_sample_that_was_not_recorded(tmp_path):
    frame = pd.DataFrame({"II": pd.array([1, None, 3], dtype="Int64")})
    frame.to_parquet(tmp_path / "x.parquet")
    ((column,),) = ParquetRows(tmp_path / "x.parquet").read([0], [])
    np.testing.assert_array_equal(column, [1, np.nan, 3])


def test_a_column_of_text_has_that_fault(tmp_path):
    pd.DataFrame({"II": ["a"], "V1": [1.0]}).to_parquet(tmp_path / "x.parquet")
    text, number = ParquetRows(tmp_path / "x.parquet").columns
    assert text.fault.endswith("string, not numbers")
    assert number.fault == ""


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


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_spaces_beside_separators_change_nothing(tmp_path, separator):
    text = " II , V1\n" + " 1 , NA \n3,  4\n" * 20
    (tmp_path / "x.csv").write_text(text.replace(",", separator))
    found = join(CsvRows(tmp_path / "x.csv").read([0, 1], []))
    np.testing.assert_array_equal(found[:2], [[1, np.nan], [3, 4]])
