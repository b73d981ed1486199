"""Opening: damaged records of every format end in one line that names file and field."""

import os
import shutil
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import edfio
import numpy as np
import pandas as pd
import pytest
from edf_file import replace_field, replace_onsets, write_edf

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_record import EdfRecord
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.tables.table_record import TableRecord
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

Damage = Callable[[Path], object]


def in_text(name: str, old: str, new: str) -> Damage:
    def damage(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))

    return damage


def content(name: str, text: str | bytes) -> Damage:
    raw = text.encode() if isinstance(text, str) else text
    return lambda folder: (folder / name).write_bytes(raw)


def cut(name: str, share: float) -> Damage:
    def damage(folder: Path) -> None:
        raw = (folder / name).read_bytes()
        (folder / name).write_bytes(raw[: int(len(raw) * share)])

    return damage


def keep(name: str, n_bytes: int) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:n_bytes])


def flip(name: str) -> Damage:
    def damage(folder: Path) -> None:
        raw = bytearray((folder / name).read_bytes())
        raw[len(raw) // 2] ^= 8
        (folder / name).write_bytes(raw)

    return damage


def a_folder(name: str) -> Damage:
    def damage(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return damage


def field(name: str, text: str, signal: int | None = None) -> Damage:
    return lambda folder: replace_field(folder / "e.edf", name, text, signal)


def onsets(*text: str) -> Damage:
    return lambda folder: replace_onsets(folder / "e.edf", list(text))


#: What is opened, how it is damaged, the file that must be named, what must be said of it.
WFDB: dict[str, tuple[Damage, str, str]] = {
    "truncated data": (cut("r1.dat", 0.0005), "r1.dat", "truncated"),
    "no data": (lambda f: (f / "r1.dat").unlink(), "r1.dat", "no data file"),
    "data is a folder": (a_folder("r1.dat"), "r1.dat", "no data file"),
    "wrong checksum": (flip("r1.dat"), "r1.dat", "checksum"),
    "fs 0": (in_text("r1.hea", "r1 2 360 ", "r1 2 0 "), "r1.hea", "sampling rate is '0'"),
    "fs absent": (in_text("r1.hea", "r1 2 360 1080", "r1 2"), "r1.hea", "no sampling rate"),
    "fs of no ECG": (in_text("r1.hea", " 360 ", " 1 "), "r1.hea", "sampling rate is 1 Hz"),
    "gain": (
        lambda f: [in_text("r1.hea", "200.0(0)/mV", "1e-99/mV")(f) for _ in range(2)],
        "r1.hea", "gain is '1e-99'",
    ),
    "no gain": (in_text("r1.hea", " 200.0(0)/mV 12 0", " /mV 12 0"), "r1.hea", "malformed"),
    "absurd length": (in_text("r1.hea", " 1080", " 999999999999999"), "r1.hea", "a length of"),
    "no ECG": (
        lambda f: [in_text("r1.hea", "/mV", "/mmHg")(f) for _ in range(2)], "r1.hea", "unit 'mmHg'",
    ),
    "empty header": (content("r1.hea", ""), "r1.hea", "empty"),
    "header of noise": (content("r1.hea", os.urandom(300)), "r1.hea", ""),
    "header is a folder": (a_folder("r1.hea"), "r1.hea", "folder"),
    "data outside": (in_text("r1.hea", "r1.dat", "../r1.dat"), "r1.hea", "outside the record"),
    "data from the root": (in_text("r1.hea", "r1.dat", "/r1.dat"), "r1.hea", "outside the record"),
    "segment outside": (content("r1.hea", "r1/1 2 360 9\n../x 9\n"), "r1.hea", "outside"),
    "segment of itself": (content("r1.hea", "r1/1 2 360 9\nr1 9\n"), "r1.hea", "no segment"),
    "segment absent": (content("r1.hea", "r1/1 2 360 9\nx 9\n"), "x.hea", "no such header"),
    "segments uncounted": (content("r1.hea", "r1/2 2 360 9\nx 9\n"), "r1.hea", "2 segments"),
    "segments of minus": (content("r1.hea", "r1/1 2 360 9\nx -9\n"), "r1.hea", "length of x"),
    "segments too long": (
        content("r1.hea", "r1/2 2 360 90000000000\n~ 45000000000\n~ 45000000000\n"),
        "r1.hea", "90000000000 samples",
    ),
    "segments of gaps": (content("r1.hea", "r1/1 2 360 9\n~ 9\n"), "r1.hea", "no signal"),
    "huge frame": (in_text("r1.hea", "212", "212x999999999"), "r1.hea", "samples per frame"),
    "lag": (in_text("r1.hea", "212", "212:999999999"), "r1.hea", "skew"),
}  # fmt: skip

EDF: dict[str, tuple[Damage, str, str]] = {
    "empty": (content("e.edf", ""), "e.edf", "empty"),
    "no EDF": (content("e.edf", "\x89PNG" * 400), "e.edf", "version"),
    "short": (content("e.edf", "0       "), "e.edf", "no EDF header"),
    "cut header": (cut("e.edf", 0.1), "e.edf", "truncated within the header"),
    "truncated": (keep("e.edf", 256 * 3), "e.edf", "truncated"),
    "duration 0": (field("duration of a data record", "0"), "e.edf", "sampling rate"),
    "duration text": (field("duration of a data record", "one"), "e.edf", "duration"),
    "no records": (field("number of data records", "0"), "e.edf", "number of data records is"),
    "signals": (field("number of signals", "9999"), "e.edf", "number of signals"),
    "header bytes": (field("header bytes", "3"), "e.edf", "header bytes"),
    "samples": (field("samples per data record", "nan", 0), "e.edf", "samples per data record"),
    "no samples": (field("samples per data record", "0", 0), "e.edf", "no sample in a data record"),
    "unit": (field("physical dimension", "", 0), "e.edf", "signal 'ECG II' has no unit"),
    "gain": (field("physical maximum", "-3000", 0), "e.edf", "physical minimum and maximum"),
    "tiny": (
        lambda f: [field("physical minimum", "0", 0)(f), field("physical maximum", "1e-9", 0)(f)],
        "e.edf", "gives a gain of",
    ),
    "digital": (field("digital maximum", "-32768", 0), "e.edf", "digital minimum and maximum"),
    "no ECG": (field("label", "SpO2", 0), "e.edf", "no ECG among the signals SpO2"),
    "backwards": (onsets("+0", "+1", "+0.5", "+3", "+4"), "e.edf", "data record 2 begins"),
    "no onset": (onsets("+0", "+x", "+2", "+3", "+4"), "e.edf", "data record 1 does not say"),
    "far onset": (onsets("+0", "+1", "+2", "+3", "+9999999"), "e.edf", "onset"),
}  # fmt: skip

TABLE: dict[str, tuple[Damage, str, str]] = {
    "empty": (content("t.csv", ""), "t.csv", "empty"),
    "no row": (content("t.csv", "II,V1\n"), "t.csv", "no row"),
    "no number": (content("t.csv", "II,V1\na,b\n"), "t.csv", "no row of numbers"),
    "text": (content("t.csv", "II,V1\n1,2\n3,four\n"), "t.csv", "four"),
    "ragged": (content("t.csv", "II,V1\n1,2\n3\n"), "t.csv", "line 3 has 1 fields"),
    "only time": (content("t.csv", "time\n1\n"), "t.csv", "no ECG among the signals time"),
    "twice": (content("t.csv", "II,II\n1,2\n"), "t.csv", "two columns are named 'II'"),
    "no text": (content("t.csv", b"\xff\xfe\x00\x01" * 99), "t.csv", "not text"),
    "zeros": (content("t.csv", bytes(5000)), "t.csv", ""),
    "wrong unit": (content("t.csv", "II\n1e12\n"), "t.csv", "an amplitude of 1e+12 mV"),
}

PARQUET: dict[str, tuple[Damage, str, str]] = {
    "empty": (content("t.parquet", ""), "t.parquet", "empty"),
    "noise": (content("t.parquet", os.urandom(500)), "t.parquet", "not a readable Parquet"),
    "cut": (cut("t.parquet", 0.6), "t.parquet", "not a readable Parquet"),
    "text": (
        lambda f: pd.DataFrame({"II": ["a"]}).to_parquet(f / "t.parquet"),
        "t.parquet", "signal 'II': column is",
    ),
}  # fmt: skip

CASES = [
    (what, case, *row)
    for what, table in {"r1": WFDB, "e.edf": EDF, "t.csv": TABLE, "t.parquet": PARQUET}.items()
    for case, row in table.items()
]


@pytest.fixture
def recordings(folder: Path) -> Path:
    """Give a folder with a sound recording of each format."""
    rng = np.random.default_rng(0)
    write_edf(
        folder / "e.edf",
        {"ECG II": rng.uniform(-999, 999, 1280)},
        annotations=[edfio.EdfAnnotation(1, None, "a note for room")],
    )
    frame = pd.DataFrame(rng.normal(size=(500, 2)), columns=["II", "V1"])
    frame.to_csv(folder / "t.csv", index=False)
    frame.to_parquet(folder / "t.parquet")
    return folder


def read_all(path: Path) -> np.ndarray:
    stated = (250.0, "mV") if path.suffix in (".csv", ".parquet") else (None, None)
    recording = open_record(path, *stated)
    return recording.read(0, recording.n_samples)


@pytest.mark.parametrize("what", ["r1", "r1.hea", "r1.dat", "e.edf", "t.csv", "t.parquet"])
def test_a_sound_recording_is_read(recordings, what):
    assert np.isfinite(read_all(recordings / what)).all()


@pytest.mark.parametrize(("what", "case", "damage", "file", "words"), CASES)
def test_file_and_field_are_named(recordings, what, case, damage, file, words):
    damage(recordings)
    with pytest.raises(UserError) as caught:
        read_all(recordings / what)
    assert Path(caught.value.where).name == file
    assert words in caught.value.rule
    assert caught.value.way_out
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("what", ["absent", "absent.hea", "absent.edf", "absent.csv", ".", "x\0y"])
def test_what_is_not_there_is_named(recordings, what):
    with pytest.raises(UserError) as caught:
        read_all(recordings / what)
    assert caught.value.where.startswith(str(recordings))


def test_what_is_no_known_format_is_refused(recordings):
    (recordings / "holter.bin").write_bytes(b"x\0\1")
    with pytest.raises(UserError, match=r"holter\.bin: not a known format"):
        read_all(recordings / "holter.bin")


@contextmanager
def unprivileged() -> Iterator[None]:
    """Give up the rights of root, who may read everything."""
    former = os.geteuid()
    if former == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(former)


@pytest.mark.parametrize("what", ["r1.hea", "r1.dat", "e.edf", "t.csv", "t.parquet"])
def test_a_file_that_may_not_be_read_is_named(recordings, what):
    with TemporaryDirectory() as place:
        shutil.copytree(recordings, place, dirs_exist_ok=True)
        Path(place).chmod(0o755)
        read_all(Path(place) / what)
        (Path(place) / what).chmod(0)
        with unprivileged(), pytest.raises(UserError) as caught:
            read_all(Path(place) / what)
    assert caught.value.where.endswith(what)
    assert "Permission denied" in caught.value.rule


def test_a_stated_rate_is_for_tables(recordings):
    with pytest.raises(UserError, match=r"--fs: r1\.hea says"):
        open_record(recordings / "r1", fs=100.0)


def test_a_stated_unit_is_for_signals_that_have_none(recordings):
    plain = open_record(recordings / "r1").read(0, 100)
    np.testing.assert_array_equal(open_record(recordings / "r1", unit="V").read(0, 100), plain)
    with pytest.raises(UserError, match=r"--unit: 'mm' is no unit of voltage"):
        open_record(recordings / "r1", unit="mm")


def test_a_data_file_stands_for_the_header_beside_it(recordings):
    (recordings / "m.hea").write_text(
        (recordings / "r1.hea").read_text().replace("r1.dat", "m.mat")
    )
    (recordings / "r1.dat").rename(recordings / "m.mat")
    assert open_record(recordings / "m.mat").leads == ("MLII", "V1")
    (recordings / "m.hea").unlink()
    with pytest.raises(UserError, match=r"m\.mat: no header m\.hea beside it"):
        open_record(recordings / "m.mat")


def test_annotations_are_no_recording_and_the_header_is_named(recordings):
    shutil.copyfile(recordings / "r1.atr", recordings / "r1.ecg")
    with pytest.raises(UserError, match=r"r1\.ecg: annotations of a WFDB record.*r1\.hea"):
        open_record(recordings / "r1.ecg")


def test_a_pipe_in_place_of_a_file_does_not_block(recordings):
    for name in ("p.hea", "p.edf", "p.csv"):
        os.mkfifo(recordings / name)
        with pytest.raises(UserError, match="no plain file"):
            read_all(recordings / name)
    (recordings / "r1.dat").unlink()
    os.mkfifo(recordings / "r1.dat")
    with pytest.raises(UserError, match=r"r1\.dat"):
        read_all(recordings / "r1")


def test_a_header_of_many_bytes_is_not_read(recordings):
    (recordings / "r1.hea").write_bytes(struct.pack("<20s", b"r1 1 360\n") * (1 << 20))
    with pytest.raises(UserError, match=r"r1\.hea: cannot be read"):
        read_all(recordings / "r1")


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ("r1", WfdbRecord), ("r1.dat", WfdbRecord), ("e.edf", EdfRecord), ("e.ecg", EdfRecord),
        ("1.2.840", EdfRecord), ("e.hea", EdfRecord), ("r2.txt", WfdbRecord),
        ("t.dat", TableRecord), ("p.csv", TableRecord), ("p.mat", TableRecord),
    ],
)  # fmt: skip
def test_the_reader_is_chosen_by_the_content(recordings, what, kind):
    copies = {
        "e.edf": ["e.ecg", "1.2.840", "e.hea"], "r1.hea": ["r2.txt"], "t.csv": ["t.dat"],
        "t.parquet": ["p.csv", "p.mat"],
    }  # fmt: skip
    for name, others in copies.items():
        for other in others:
            shutil.copyfile(recordings / name, recordings / other)
    stated = (250.0, "mV") if kind is TableRecord else ()
    record = open_record(recordings / what, *stated)
    assert np.isfinite(record.read(0, record.n_samples)).all()
    assert isinstance(record, kind)
    assert record.source.is_file()
    assert len(record.header_sha256) == 64
