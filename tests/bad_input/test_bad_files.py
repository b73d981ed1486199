"""Recordings spoilt in each way a user can meet: left out and said, or one line and status 1."""

import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from refusal import check_refusal, run_until

from ecg_anomaly.records.record_archive import RecordArchive

pytestmark = pytest.mark.slow

Spoil = Callable[[Path], object]

#: A beat annotation of code 45, which WFDB does not define, and the end mark.
UNKNOWN_CODE = struct.pack("<HH", 45 << 10 | 100, 0)


def edit_header(former: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        path = folder / "s02.hea"
        text = path.read_text()
        assert former in text
        path.write_text(text.replace(former, new, 1))

    return spoil


def truncate(folder: Path) -> None:
    path = folder / "s02.dat"
    path.write_bytes(path.read_bytes()[:1000])


def flip_a_byte(folder: Path) -> None:
    path = folder / "s02.dat"
    content = bytearray(path.read_bytes())
    content[3000] ^= 4
    path.write_bytes(content)


FILES: dict[str, tuple[Spoil, str, str]] = {
    "no data": (lambda f: (f / "s02.dat").unlink(), "s02.dat", "no data file"),
    "truncated": (truncate, "s02.dat", "truncated"),
    "checksum": (flip_a_byte, "s02.dat", "checksum"),
    "gain": (
        lambda f: [edit_header("200.0(0)/mV", "1e99(0)/mV")(f) for _ in range(2)],
        "s02.hea", "gain",
    ),
    "fs 0": (edit_header("s02 2 360 ", "s02 2 0 "), "s02.hea", "sampling rate"),
    "no fs": (edit_header("s02 2 360 14400", "s02 2"), "s02.hea", "sampling rate"),
    "empty header": (lambda f: (f / "s02.hea").write_text(""), "s02.hea", "empty"),
    "unknown symbol": (
        lambda f: (f / "s02.atr").write_bytes(UNKNOWN_CODE), "s02.atr", "unknown annotation",
    ),
    "cut annotations": (
        lambda f: (f / "s02.atr").write_bytes(b"\x01"), "s02.atr", "truncated",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_a_spoilt_record_is_left_out_and_named(work: Path, case: str) -> None:
    spoil, name, rule = FILES[case]
    spoil(work / "mine")
    result = run_until(work, "extract_records")
    assert result.returncode == 0, result.stderr
    assert "left out 1 of 6 records" in result.stdout
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("  s02: ")]
    assert name in line
    assert rule in line
    assert [record.name for record in RecordArchive(work / "data/records").left_out] == ["s02"]


@pytest.mark.parametrize("case", FILES)
def test_when_no_other_record_is_there_it_is_refused(work: Path, case: str) -> None:
    spoil, name, rule = FILES[case]
    for path in (work / "mine").glob("*.*"):
        if path.stem != "s02":
            path.unlink()
    spoil(work / "mine")
    check_refusal(run_until(work, "extract_records"), work, name, rule)
    assert not (work / "data/records").exists()


def test_an_absent_folder_is_named(work: Path) -> None:
    shutil.rmtree(work / "mine")
    check_refusal(run_until(work, "extract_records"), work, "mine", "no such folder")


@pytest.mark.parametrize(
    ("override", "word"),
    [("dataset.nonsense=1", "nonsense"), ("dataset.split.test_fraction=2", "test_fraction"),
     ("preprocess.fs=fast", "preprocess.fs")],
)  # fmt: skip
def test_an_unknown_key_or_value_is_named(work: Path, override: str, word: str) -> None:
    check_refusal(run_until(work, "extract_records", override), work, word)
