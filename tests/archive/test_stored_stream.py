"""What a store raises is told from what the bytes of a file are."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tables import fail_to_read

from ecg_anomaly.archive.stored_stream import open_stored
from ecg_anomaly.files.errors import UserError


def test_parquet_is_read_through_it(tmp_path):
    table = pa.table({"a": list(range(1000))})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=10)
    with open_stored(str(tmp_path / "a.parquet")) as stream:
        assert pq.ParquetFile(stream).read().equals(table)


def test_a_file_that_is_not_there_is_left_to_the_caller(tmp_path):
    with pytest.raises(FileNotFoundError), open_stored(str(tmp_path / "none")):
        pass


@pytest.mark.parametrize(("when", "words"), [("open", "not allowed"), ("read", "no route to host")])
def test_a_store_that_does_not_answer_is_one_line(tmp_path, monkeypatch, when, words):
    fail_to_read(monkeypatch, when)
    with pytest.raises(UserError, match=words), open_stored(str(tmp_path / "a")) as stream:
        pq.ParquetFile(stream)
