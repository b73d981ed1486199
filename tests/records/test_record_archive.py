import json
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.files.data_files import read_arrays
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record, UnusableRecord
from ecg_anomaly.records.record_archive import RecordArchive, write_array_by_array, write_records


def test_arrays_added_one_at_a_time_come_back(tmp_path):
    with write_array_by_array(tmp_path / "x.npz") as writer:
        writer.add("rows", np.arange(12).reshape(3, 4).T)
        writer.add("none", np.zeros((0, 2), np.float32))
    back = read_arrays(tmp_path / "x.npz")
    np.testing.assert_array_equal(back["rows"], np.arange(12).reshape(3, 4).T)
    assert back["none"].shape == (0, 2)


def test_equal_arrays_give_equal_bytes(tmp_path):
    for name in "ab":
        with write_array_by_array(tmp_path / name) as writer:
            writer.add("x", np.arange(5))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_nothing_is_left_when_the_block_fails(tmp_path):
    with suppress(KeyError), write_array_by_array(tmp_path / "x.npz") as writer:
        writer.add("x", np.arange(5))
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_objects_are_refused(tmp_path):
    target = write_array_by_array(tmp_path / "x.npz")
    with pytest.raises(ValueError, match="allow_pickle"), target as writer:
        writer.add("x", np.array([None]))
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def records(make_noise_record):
    bare = Record("r2", "p7", np.full((9, 1), np.nan, np.float32), 250.0, ("II",), None, 3)
    named = make_noise_record("r1")
    marks = replace(named.annotations, rhythms=((5, "(AFIB"), (9, "(N")))
    return [replace(named, annotations=marks), bare]


def test_records_come_back_one_by_one(tmp_path, records):
    index = write_records(iter(records), tmp_path / "out")
    archive = RecordArchive(tmp_path / "out")
    assert len(archive) == len(index) == 2
    for original, read in zip(records, archive, strict=True):
        np.testing.assert_array_equal(read.signal, original.signal)
        for key in ("name", "subject", "fs", "leads", "segment_length"):
            assert getattr(read, key) == getattr(original, key)
    first, second = archive
    assert first.annotations.symbol.tolist() == records[0].annotations.symbol.tolist()
    assert first.annotations.rhythms == ((5, "(AFIB"), (9, "(N"))
    np.testing.assert_array_equal(first.annotations.sample, records[0].annotations.sample)
    assert second.annotations is None


def test_names_with_folders_and_counts_come_back(tmp_path, records):
    nested = [replace(record, name=f"p 1/é/{record.name}") for record in records]
    nested[0] = replace(nested[0], n_marks_outside=2, notes=("no gain", "not read: RESP"))
    write_records(nested, tmp_path / "out")
    archive = RecordArchive(tmp_path / "out")
    assert [record.name for record in archive] == ["p 1/é/r1", "p 1/é/r2"]
    assert [record.n_marks_outside for record in archive] == [2, 0]
    assert [record.notes for record in archive] == [("no gain", "not read: RESP"), ()]
    (only,) = archive.read(["p 1/é/r2"])
    assert only.name == "p 1/é/r2"
    assert archive.digest(["p 1/é/r1"]) != archive.digest(["p 1/é/r2"])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "left_out.json", "records.json", "records.npz",
    ]  # fmt: skip


def test_what_was_left_out_while_reading_is_kept(tmp_path, records):
    left_out = []

    def read():
        yield records[0]
        left_out.append(UnusableRecord("a/r9", "p9", "r9.hea: no ECG"))
        yield records[1]

    write_records(read(), tmp_path / "out", left_out)
    archive = RecordArchive(tmp_path / "out")
    assert archive.left_out == left_out
    assert archive.subjects == {"r1": "r1", "r2": "p7", "a/r9": "p9"}


def test_two_writes_give_equal_bytes(tmp_path, records):
    for name in ("one", "two"):
        write_records(records, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_bad_record_mid_way_leaves_the_former_archive(tmp_path, records):
    def stop_after_one():
        yield records[0]
        raise UserError("r2.dat", "truncated", "restore it")

    write_records(records, tmp_path / "out")
    with pytest.raises(UserError, match="truncated"):
        write_records(stop_after_one(), tmp_path / "out")
    assert len(RecordArchive(tmp_path / "out")) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_absent_archive_is_a_users_error(tmp_path):
    with pytest.raises(UserError, match=r"records\.json: no such file"):
        RecordArchive(tmp_path)


@pytest.mark.parametrize("damage", ["absent", "empty", "half", "text"])
def test_damaged_arrays_are_a_users_error(tmp_path, records, damage):
    write_records(records, tmp_path / "out")
    path = tmp_path / "out" / "records.npz"
    content = {"empty": b"", "half": path.read_bytes()[:900], "text": b"no archive"}
    path.unlink()
    if damage != "absent":
        path.write_bytes(content[damage])
    with pytest.raises(UserError, match=r"records\.npz: not a readable archive.*dvc repro"):
        list(RecordArchive(tmp_path / "out"))


def test_an_index_that_names_more_than_the_arrays_is_a_users_error(tmp_path, records):
    write_records(records, tmp_path / "out")
    path = tmp_path / "out" / "records.json"
    path.write_text(json.dumps([json.loads(path.read_text())[0] | {"name": "r9"}]))
    with pytest.raises(UserError, match="not a readable archive"):
        list(RecordArchive(tmp_path / "out"))
