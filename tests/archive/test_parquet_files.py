import pyarrow as pa
import pytest

from ecg_anomaly.archive.archive_schema import RECORDINGS
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.parquet_files import check_recording_columns, read_recordings, to_parquet
from ecg_anomaly.archive.recording_row import empty_row, recordings_table

TABLE = recordings_table([empty_row(ManifestRow("a"), "ab" * 32)])


def test_a_table_is_read_as_it_was_written():
    assert read_recordings(to_parquet(TABLE)).equals(TABLE)
    assert read_recordings(to_parquet(TABLE), ["uri", "fs"]).column_names == ["uri", "fs"]


def test_a_table_without_the_columns_that_came_later_has_nulls_there():
    older = to_parquet(TABLE.drop_columns(["profile"]))
    assert read_recordings(older).equals(TABLE)
    assert read_recordings(older, ["uri", "profile"])["profile"].to_pylist() == [None]


def test_columns_of_a_later_version_are_passed_over():
    newer = TABLE.append_column("later", pa.array([1]))
    assert read_recordings(to_parquet(newer)).equals(TABLE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not Parquet"),
        (to_parquet(TABLE)[:300], "not Parquet"),
        (to_parquet(pa.table({"a": [1]})), "no column uri"),
        (to_parquet(TABLE.drop_columns(["version"])), "no column version"),
        (
            to_parquet(TABLE.set_column(5, "files", pa.array([7]))),
            "another type of column files",
        ),
    ],
    ids=["empty", "cut off", "another table", "a column less", "another type"],
)
def test_what_is_no_table_of_recordings_is_refused(content: bytes, said: str):
    with pytest.raises(ValueError, match=said):
        read_recordings(content)


def test_the_promised_columns_fit():
    check_recording_columns(RECORDINGS)
