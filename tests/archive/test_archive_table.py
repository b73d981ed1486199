import pytest
from tables import read_rows

from ecg_anomaly.archive.archive_table import (
    RECORDINGS,
    WORK,
    TablePart,
    key_of,
    open_table,
    read_description,
)
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import empty_row
from ecg_anomaly.files.errors import UserError

DETECTOR = "ab" * 32


def row(uri: str) -> dict:
    return empty_row(ManifestRow(uri, "p1"), DETECTOR)


@pytest.fixture
def store(tmp_path):
    return FileStore(str(tmp_path / "table"))


def test_a_table_keeps_its_number_of_parts(store):
    assert open_table(store, 8) == 8
    assert open_table(store, 32) == 8


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"format": 2, "parts": 8}', "of format 2 in 8 parts, this version writes 1; name a new"),
        (b'{"format": 1, "parts": 0}', "of format 1 in 0 parts"),
        (b"[]", "damaged, or of another program; restore it"),
        (b'{"format": 1, "pa', "damaged, or of another program; restore it"),
    ],
)
def test_a_table_of_another_format_is_refused(store, content, words):
    store.write("table.json", content)
    with pytest.raises(UserError, match=words):
        open_table(store, 8)


def test_a_folder_of_something_else_is_refused(store):
    store.write("photos/1.jpg", b"")
    with pytest.raises(UserError, match="holds no table"):
        open_table(store, 8)
    with pytest.raises(UserError, match="no table of an archive"):
        read_description(store)


def test_rows_are_there_before_and_after_the_part_is_complete(store, tmp_path):
    TablePart(store, DETECTOR, 3).keep(row("a"))
    part = TablePart(store, DETECTOR, 3)
    assert part.read_rows().keys() == {"a"}
    assert part.waiting == {"a"}
    part.complete({**part.read_rows(), "b": row("b")})
    part = TablePart(store, DETECTOR, 3)
    assert part.read_rows() == {"a": part.read_rows()["a"], "b": part.read_rows()["b"]}
    assert part.waiting == set()
    frame = read_rows(tmp_path / "table")
    assert frame["uri"].tolist() == ["a", "b"]
    assert frame["detector"].unique().tolist() == [DETECTOR[:16]]


def test_detectors_do_not_share_rows(store):
    TablePart(store, DETECTOR, 0).complete({"a": row("a")})
    assert TablePart(store, "cd" * 32, 0).read_rows() == {}


def test_a_recording_that_was_begun_and_not_ended_is_counted(store):
    part = TablePart(store, DETECTOR, 0)
    assert [part.begin("a"), part.begin("a"), part.begin("b"), part.begin("a")] == [0, 1, 0, 2]
    assert part.read_begun() == {key_of("a"): 3, key_of("b"): 1}
    part.keep(row("a"))
    assert part.read_begun() == {key_of("b"): 1}
    assert part.begin("a") == 0


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"uri": "a"}', b'{"uri": "a", "status": 1}'])
def test_a_row_that_is_not_whole_is_none(store, content):
    part = TablePart(store, DETECTOR, 0)
    part.keep(row("b"))
    store.write(f"{WORK}/{DETECTOR[:16]}/00000/{key_of('a')}.json", content)
    assert part.read_rows().keys() == {"b"}


def test_a_broken_file_is_put_aside(store, tmp_path):
    part = TablePart(store, DETECTOR, 0)
    part.complete({"a": row("a")})
    whole = store.read(part.name)
    store.write(part.name, whole[: len(whole) // 2])
    assert TablePart(store, DETECTOR, 0).read_rows() == {}
    names = store.list_names(f"{RECORDINGS}/detector={DETECTOR[:16]}")
    assert names == ["_broken-part-00000.parquet"]


def test_a_row_of_a_kill_that_is_half_written_is_none(store):
    part = TablePart(store, DETECTOR, 0)
    part.keep(row("a"))
    store.write(f"{WORK}/{DETECTOR[:16]}/00000/{key_of('b')}.json", b'{"uri": "b", "sta')
    assert part.read_rows().keys() == {"a"}
