"""Any bytes in an annotation file: marks in order with codes of WFDB, or one line."""

import os

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb import wfdb_annotations
from ecg_anomaly.records.wfdb.wfdb_annotations import (
    list_rhythms,
    read_annotation_file,
    read_annotations,
)

#: A beat's code, and the end of an annotation file. A code takes the high six bits of a word, the
#: interval since the mark before the low ten.
NORMAL, END = 1, b"\0\0"


def mark(code: int, interval: int) -> bytes:
    return ((code << 10) + interval).to_bytes(2, "little")


def skip(interval: int) -> bytes:
    words = interval.to_bytes(4, "little", signed=True)
    return mark(59, 0) + words[2:] + words[:2]


def read(folder, content: bytes):
    (folder / "r1.atr").write_bytes(content)
    return read_annotations(folder, "r1", 360.0)


def test_marks_and_symbols_come_back(folder):
    marks = read(folder, mark(NORMAL, 100) + mark(5, 200) + skip(600) + mark(NORMAL, 0) + END)
    assert marks.sample.tolist() == [100, 300, 900]
    assert marks.symbol.tolist() == ["N", "V", "N"]
    assert marks.sample.dtype == np.int64


def test_without_a_file_there_are_no_annotations(folder):
    assert len(read(folder, END).sample) == 0
    (folder / "r1.atr").unlink()
    assert read_annotations(folder, "r1", 360.0) is None


def test_marks_past_the_end_are_read(folder):
    marks = read(folder, skip(10**9) + mark(NORMAL, 0) + END)
    assert marks.sample.tolist() == [10**9]


@pytest.mark.parametrize("code", [0, 15, 17, 42, 45, 49])
def test_unknown_codes_are_refused_and_never_taken_for_beats(folder, code):
    content = mark(NORMAL, 10) + mark(code, 10) + END
    if code == 0:  # an interval without a code is no end mark
        marks = read(folder, content)
        assert marks.symbol.tolist() in (["N"], ["N", " "])
        return
    with pytest.raises(UserError, match=rf"r1\.atr: unknown annotation codes {code}; use the WFDB"):
        read(folder, content)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "truncated"),
        (b"\x01", "truncated"),
        (mark(NORMAL, 10) + mark(NORMAL, 10), "truncated"),
        (mark(NORMAL, 10) + b"\0" + END, "not a WFDB annotation file"),
        (skip(-100) + mark(NORMAL, 0) + END, "a mark at sample -100;"),
        (mark(NORMAL, 500) + skip(-100) + mark(NORMAL, 0) + END, "not in the order of time"),
    ],
)
def test_garbage_and_marks_before_the_record_are_refused(folder, content, rule):
    with pytest.raises(UserError, match=rule) as caught:
        read(folder, content)
    assert caught.value.where == str(folder / "r1.atr")


def test_random_bytes_are_refused(folder):
    for seed in range(20):
        rng = np.random.default_rng(seed)
        with pytest.raises(UserError):
            read(folder, rng.integers(0, 256, 200, dtype=np.uint8).tobytes() + END)


def test_a_folder_in_its_place_is_refused(folder):
    (folder / "r1.atr").unlink()
    (folder / "r1.atr").mkdir()
    with pytest.raises(UserError, match="not a WFDB annotation file"):
        read_annotations(folder, "r1", 360.0)


def test_a_pipe_in_its_place_is_not_waited_for(folder):
    (folder / "r1.atr").unlink()
    os.mkfifo(folder / "r1.atr")
    with pytest.raises(UserError, match="no plain file"):
        read_annotations(folder, "r1", 360.0)


def test_a_file_larger_than_any_is_refused_before_it_is_read(folder, monkeypatch):
    monkeypatch.setattr(wfdb_annotations, "MAX_BYTES", 1 << 20)
    with (folder / "r1.atr").open("wb") as stream:
        stream.truncate(2 << 20)
    with pytest.raises(UserError, match="more than 1 MB"):
        read_annotations(folder, "r1", 360.0)


def test_an_annotator_of_any_name_comes_with_subtypes_and_notes(tmp_path):
    wfdb.wrann(
        "r1",
        "mine",
        np.array([10, 20, 30]),
        symbol=["+", "~", "V"],
        subtype=np.array([0, -1, 0]),
        aux_note=["(AFIB", "", ""],
        fs=250,
        write_dir=str(tmp_path),
    )
    marks = read_annotation_file(tmp_path / "r1.mine")
    assert marks.symbol.tolist() == ["+", "~", "V"]
    assert marks.subtype.tolist() == [0, -1, 0]
    assert marks.note.tolist() == ["(AFIB", "", ""]
    assert marks.fs == 250
    assert list_rhythms(marks) == ((10, "(AFIB"),)
    with pytest.raises(UserError, match="count at 250"):
        read_annotation_file(tmp_path / "r1.mine", fs=360)
