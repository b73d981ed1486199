"""Records of a folder: found below it, read one by one, left out when they cannot be used."""

import os
import re

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import UnusableRecord
from ecg_anomaly.records.wfdb import wfdb_folder
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from ecg_anomaly.records.wfdb.wfdb_folder import WfdbFolder, list_records


def test_records_are_listed_by_name(tmp_path, make_noise_record):
    for name in ("b", "a", "c"):
        write_record(make_noise_record(name), tmp_path)
    (tmp_path / "notes.txt").write_text("")
    assert list_records(tmp_path) == ["a", "b", "c"]


def test_absent_empty_and_false_folders_are_users_errors(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name, rule in (("absent", "no such"), ("file", "no such"), ("empty", "no WFDB header")):
        with pytest.raises(UserError, match=f"{name}: {rule}.*dataset.folder"):
            list_records(tmp_path / name)


@pytest.fixture
def place(tmp_path, make_noise_record):
    """Write a record somewhere below the folder."""

    def write(name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_record(make_noise_record(path.name), path.parent)
        return path

    return write


def test_folders_below_are_walked_and_names_keep_them(tmp_path, place):
    for name in ("100", "a/100", "a/ü c/x_1", ".hidden/1", "a/._100"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        place(name) if "._" not in name else (tmp_path / f"{name}.hea").write_bytes(b"\0")
    assert list_records(tmp_path) == ["100", "a/100", "a/ü c/x_1"]
    records = list(WfdbFolder(tmp_path, {"a/100": "100"}))
    assert [(r.name, r.subject) for r in records] == [
        ("100", "100"), ("a/100", "100"), ("a/ü c/x_1", "a/ü c/x_1"),
    ]  # fmt: skip
    assert all(r.annotations is not None for r in records)


def test_segments_below_are_no_records_whether_theirs_is_excluded_or_not(tmp_path, place):
    for name in ("p/s1", "p/in/s2", "s1"):
        place(name)
    (tmp_path / "p/m.hea").write_text("m/2 2 360 2160\ns1 1080\nin/s2 1080\n")
    assert list_records(tmp_path) == ["p/m", "s1"]
    assert [r.name for r in WfdbFolder(tmp_path, {}, ["p/m"])] == ["s1"]


def test_a_link_to_a_folder_above_is_not_followed(tmp_path, place):
    place("a/1")
    (tmp_path / "a/loop").symlink_to(tmp_path, target_is_directory=True)
    assert list_records(tmp_path) == ["a/1"]


def test_a_folder_that_cannot_be_listed_is_said_and_the_others_are_read(
    tmp_path, place, monkeypatch
):
    place("a/1")
    real = os.walk

    def walk(folder, onerror):
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "lost+found")))
        yield from real(folder)

    monkeypatch.setattr(wfdb_folder.os, "walk", walk)
    source = WfdbFolder(tmp_path, {})
    assert [r.name for r in source] == ["a/1"]
    why = "the folder cannot be listed (Permission denied)"
    assert source.left_out == [UnusableRecord("lost+found", "lost+found", why)]
    with pytest.raises(UserError, match=r"lost\+found: cannot be listed"):
        list_records(tmp_path)


def overwrite(ending, content):
    return lambda path: path.with_suffix(ending).write_bytes(content)


def change(old, new):
    def spoil(path):
        header = path.with_suffix(".hea")
        text = header.read_text()
        assert old in text
        header.write_text(text.replace(old, new))

    return spoil


def cut_data(path):
    data = path.with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:500])


def flip(path):
    data = bytearray(path.with_suffix(".dat").read_bytes())
    data[100] ^= 1
    path.with_suffix(".dat").write_bytes(data)


def make_trend(path):
    values = np.full((60, 1), 70.0)
    wfdb.wrsamp(
        path.name, fs=1 / 60, units=["bpm"], sig_name=["HR"], fmt=["16"], p_signal=values,
        write_dir=str(path.parent),
    )  # fmt: skip


def mark_before_the_start(path):
    # An interval of -100 samples, which takes a word of its own, then a normal beat.
    path.with_suffix(".atr").write_bytes(b"\x00\xec\xff\xff\x9c\xff\x00\x04\x00\x00")


def replace_by_pipe(ending):
    def spoil(path):
        path.with_suffix(ending).unlink()
        os.mkfifo(path.with_suffix(ending))

    return spoil


UNUSABLE = {
    "garbage for a header": (overwrite(".hea", b"\xff\x00\x80"), r"bad\.hea: .*"),
    "empty header": (overwrite(".hea", b""), r"bad\.hea: the header is empty"),
    "no rate": (change(" 360 1080", ""), r"bad\.hea: the record line has no sampling rate"),
    "low rate": (change(" 360 ", " 10 "), r"bad\.hea: sampling rate is 10 Hz.*"),
    "other format": (change(".dat 212", ".dat 999"), r"bad\.hea: .*"),
    "no ECG": (change("MLII", "ABP"), r"bad\.hea: no ECG among the signals ABP, RESP"),
    "trend at 1/60 Hz": (make_trend, r"bad\.hea: no ECG among the signals HR"),
    "truncated": (cut_data, r"bad\.dat: truncated.*"),
    "checksum": (flip, r"bad\.dat: lead MLII has checksum.*"),
    "no data": (lambda p: p.with_suffix(".dat").unlink(), r"bad\.dat: .*no data file"),
    "data is a pipe": (replace_by_pipe(".dat"), r"bad\.dat: .*"),
    "header is a pipe": (replace_by_pipe(".hea"), r"bad\.hea: .*no plain file.*"),
    "cut annotations": (overwrite(".atr", b"\x01"), r"bad\.atr: not a WFDB annotation file.*"),
    "mark before the start": (mark_before_the_start, r"bad\.atr: a mark at sample -\d+"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_record_that_cannot_be_used_is_left_out_with_its_reason(tmp_path, place, case):
    place("a/good"), place("z")
    spoil, why = UNUSABLE[case]
    bad = place("a/bad")
    if case == "no ECG":
        change("V1", "RESP")(bad)
    spoil(bad)
    source = WfdbFolder(tmp_path, {"a/bad": "p"})
    assert len(source) == 3
    for _ in range(2):  # the list does not grow
        assert [r.name for r in source] == ["a/good", "z"]
        (left_out,) = source.left_out
        assert (left_out.name, left_out.subject) == ("a/bad", "p")
        assert re.fullmatch(why, left_out.why)


def test_a_record_of_several_rates_is_used(tmp_path, place):
    place("a")
    values = [np.random.default_rng(0).normal(size=n) for n in (4000, 1000)]
    wfdb.wrsamp(
        "f", fs=62.5, units=["mV", "mmHg"], sig_name=["II", "ABP"], fmt=["16", "16"],
        e_p_signal=values, samps_per_frame=[4, 1], write_dir=str(tmp_path),
    )  # fmt: skip
    source = WfdbFolder(tmp_path, {})
    assert [(r.name, r.fs, r.leads) for r in source][1] == ("f", 250.0, ("II",))
    assert source.left_out == []


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", os.fsdecode(b"a\xff")])
def test_a_name_that_cannot_be_printed_is_left_out_and_printed_all_the_same(tmp_path, place, name):
    place("good")
    (tmp_path / f"{name}.hea").write_text("x 1 360\n")
    source = WfdbFolder(tmp_path, {})
    assert [r.name for r in source] == ["good"]
    (left_out,) = source.left_out
    assert left_out.name.isprintable()
    assert "cannot be printed" in left_out.why


def test_an_excluded_record_is_never_read(tmp_path, place, monkeypatch):
    place("good"), place("bad")
    (tmp_path / "bad.hea").write_bytes(b"")
    asked = []
    real = wfdb_folder.read_record

    def read(folder, name, subject):
        asked.append(name)
        return real(folder, name, subject)

    monkeypatch.setattr(wfdb_folder, "read_record", read)
    source = WfdbFolder(tmp_path, {}, ["bad"])
    assert [r.name for r in source] == asked == ["good"]
    assert (len(source), source.left_out) == (1, [])
    assert sorted(source.subjects) == ["bad", "good"]


def test_only_when_nothing_is_left_it_ends_in_one_line(tmp_path, place):
    for name in ("a", "b/c"):
        cut_data(place(name))
    with pytest.raises(UserError) as caught:
        list(WfdbFolder(tmp_path, {}))
    line = str(caught.value)
    assert f"{tmp_path}: none of 2 records can be used, the first because of a.dat: trunc" in line
    assert len(line.splitlines()) == 1
    with pytest.raises(UserError, match=r"dataset\.exclude: no record is left"):
        list(WfdbFolder(tmp_path, {}, ["a", "b/c"]))


def test_where_the_names_are_known_no_other_record_is_looked_for(tmp_path, place):
    for name in ("1", "2", "x/3"):
        place(name)
    assert [r.name for r in WfdbFolder(tmp_path, {}, (), ["1", "2"])] == ["1", "2"]
