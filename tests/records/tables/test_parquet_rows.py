import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables import parquet_rows
from ecg_anomaly.records.tables.parquet_rows import MAX_FOOTER_BYTES, ParquetRows, is_parquet


def join(blocks):
    return np.concatenate([np.column_stack(block) for block in blocks])


@pytest.mark.parametrize("kind", ["int16", "int64", "float32", "float64"])
def test_numbers_of_every_width_are_read_from_parquet(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(parquet_rows, "BLOCK_NUMBERS", 14)
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


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.parquet", b"PAR1", True),
        ("x.csv", b"PAR1", True),
        ("x.parquet", bytes(range(16)), True),
        ("x.parquet", b"II,V1\n1,2\n", False),
        ("x.csv", b"II,V1\n1,2\n", False),
    ],
)
def test_a_file_is_parquet_by_its_content_first(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    assert is_parquet(tmp_path / name) == expected
