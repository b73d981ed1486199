import hashlib
import io
import zipfile

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import ecg5000
from ecg_anomaly.records.ecg5000 import Ecg5000, fetch_ecg5000, read_half


def table(classes=(1, 2, 3, 4, 5)):
    rng = np.random.default_rng(0)
    return np.column_stack([classes, rng.normal(size=(len(classes), 140))])


def write_table(path, rows):
    np.savetxt(path, rows, fmt="%.7e")
    return path


def test_rows_become_beats_laid_end_to_end(tmp_path):
    rows = table()
    record = read_half(write_table(tmp_path / "x.txt", rows), "train")
    assert record.signal.shape == (5 * 140, 1)
    np.testing.assert_allclose(record.signal.reshape(5, 140), rows[:, 1:], atol=1e-6)
    assert record.annotations.symbol.tolist() == ["N", "r", "V", "S", "Q"]
    assert record.annotations.sample.tolist() == [0, 140, 280, 420, 560]
    assert (record.segment_length, record.fs, record.name) == (140, 140.0, "train")


def test_both_halves_are_one_patient(tmp_path):
    for name in ("TRAIN", "TEST"):
        write_table(tmp_path / f"ECG5000_{name}.txt", table())
    source = Ecg5000(tmp_path)
    assert len(source) == 2
    assert [record.name for record in source] == ["train", "test"]
    assert {record.name: record.subject for record in source} == source.subjects
    assert len(set(source.subjects.values())) == 1


def test_an_excluded_half_is_not_opened(tmp_path):
    write_table(tmp_path / "ECG5000_TEST.txt", table())
    source = Ecg5000(tmp_path, ["train"])
    assert (len(source), [record.name for record in source]) == (1, ["test"])
    assert sorted(source.subjects) == ["test", "train"]


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (table()[:, :-1], "expected 141 finite columns, found 140"),
        (np.where(table() == 2, np.nan, table()), "finite columns"),
        (table((1, 9)), r"unknown classes \[9\.0\]"),
        (table((1, 1.5)), "unknown classes"),
    ],
)
def test_other_tables_are_refused(tmp_path, rows, rule):
    with pytest.raises(UserError, match=rule):
        read_half(write_table(tmp_path / "x.txt", rows), "x")


@pytest.mark.parametrize("content", [None, b"", b"1 2\n3\n", b"a b c\n", b"\xff\xfe\x00"])
def test_what_is_no_table_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(UserError, match=r"x\.txt"):
        read_half(tmp_path / "x.txt", "x")


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def fetch_from(tmp_path, monkeypatch):
    """Run the fetch against an archive of given bytes."""

    def run(content: bytes):
        def download_file(url, path, digest):
            path.write_bytes(content)

        monkeypatch.setattr(ecg5000, "download_file", download_file)
        folder = tmp_path / "ecg5000"
        folder.mkdir(exist_ok=True)
        fetch_ecg5000(folder, {"x.txt": hashlib.sha256(b"beats").hexdigest()})
        return folder

    return run


def test_the_archive_is_unpacked_and_checked(fetch_from):
    folder = fetch_from(zipped(**{"x.txt": b"beats", "y.txt": b"else"}))
    assert (folder / "x.txt").read_bytes() == b"beats"
    assert not (folder / "y.txt").exists()


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"not a zip", r"does not hold x\.txt"),
        (zipped(**{"y.txt": b"beats"}), r"does not hold x\.txt"),
        (zipped(**{"x.txt": b"others"}), "another SHA256"),
        (zipped(**{"x.txt": b"beats" * 99}).replace(b"\x4b", b"\x4c", 1), r"x\.txt"),
    ],
)
def test_another_archive_is_refused_and_nothing_is_unpacked(fetch_from, tmp_path, content, rule):
    with pytest.raises(UserError, match=rule):
        fetch_from(content)
    assert [path.name for path in (tmp_path / "ecg5000").iterdir()] == ["ECG5000.zip"]
