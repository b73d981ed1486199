"""Recordings and disks spoilt in each way a user can meet: one line, status 1, nothing left."""

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_anomaly.config.compose import compose_params
from pipeline_copy import ROOT, Result, call, call_well
from toy_folder import scripts_of, write_toy_folder

pytestmark = pytest.mark.slow

Spoil = Callable[[Path], object]

#: A beat annotation of code 45, which WFDB does not define, and the end mark.
UNKNOWN_CODE = struct.pack("<HH", 45 << 10 | 100, 0)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of sound records and the parameters to read them."""
    folder = tmp_path_factory.mktemp("sound")
    write_toy_folder(folder / "mine")
    compose_params(ROOT, folder / "params.yaml", ["dataset=wfdb_folder", "tracking.enabled=false"])
    return folder


@pytest.fixture
def work(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "work"))


@pytest.fixture(scope="module")
def read_once(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read") / "work"
    shutil.copytree(sound, folder)
    call_well(scripts_of(folder / "mine")["extract_records"], folder)
    return folder


@pytest.fixture
def extracted(read_once: Path, tmp_path: Path) -> Path:
    """Give a work folder whose records have been extracted."""
    return Path(shutil.copytree(read_once, tmp_path / "work"))


def run_until(work: Path, stage: str, *overrides: str) -> Result:
    """Run stages that must end well, and then `stage`, which need not."""
    commands = scripts_of(work / "mine", *overrides, until=stage)
    commands.pop("explore_records", None)
    *before, last = commands.values()
    for command in before:
        call_well(command, work)
    return call(last, work)


def check_refusal(result: Result, work: Path, *words: str) -> None:
    """Check the one line, the status, and that nothing half-written lies about."""
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert result.returncode == 1, result.stderr[-2000:]
    assert len(errors) == 1, result.stderr[-2000:]
    assert "Traceback" not in result.stderr + result.stdout
    assert errors[0].count(": ") >= 2
    assert "; " in errors[0]
    for word in words:
        assert word in errors[0]
    assert [p for p in (work / "data").rglob(".*") if (work / "data").is_dir()] == []


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
    "zero gain": (edit_header("200.0(0)/mV", "0(0)/mV"), "s02.hea", "gain"),
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
def test_a_spoilt_file_is_named(work: Path, case: str) -> None:
    spoil, name, rule = FILES[case]
    spoil(work / "mine")
    result = run_until(work, "extract_records")
    check_refusal(result, work, name, rule)
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


def rewrite(folder: Path, name: str, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Write a record again with another signal, checksums and all."""
    record = wfdb.rdrecord(str(folder / name), physical=False)
    wfdb.wrsamp(
        name, fs=record.fs, units=record.units, sig_name=record.sig_name, fmt=record.fmt,
        d_signal=change(record.d_signal), adc_gain=record.adc_gain, baseline=record.baseline,
        write_dir=str(folder),
    )  # fmt: skip


def test_a_record_shorter_than_a_window_is_named(work: Path) -> None:
    rewrite(work / "mine", "s02", lambda signal: signal[:180])
    (work / "mine/s02.atr").unlink()
    check_refusal(run_until(work, "preprocess_beats"), work, "s02", "0.50 s long", "exclude")
    ended = call(scripts_of(work / "mine", "dataset.exclude=[s02]")["preprocess_beats"], work)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("value", [0, -2048], ids=["flat", "missing"])
def test_recordings_of_nothing_are_refused(work: Path, value: int) -> None:
    for path in sorted((work / "mine").glob("*.hea")):
        rewrite(work / "mine", path.stem, lambda signal: np.full_like(signal, value))
    check_refusal(run_until(work, "preprocess_beats"), work, "no readable beat")


def test_a_subject_on_two_sides_is_named(extracted: Path) -> None:
    both = ["dataset.split.test=[s01]", "dataset.split.validation=[s01]"]
    result = call(scripts_of(extracted / "mine", *both)["preprocess_beats"], extracted)
    check_refusal(result, extracted, "s01", "two sides")
    assert not (extracted / "data/beats").exists()


def test_without_normal_beats_there_is_nothing_to_train_on(work: Path) -> None:
    for path in sorted((work / "mine").glob("*.atr")):
        marks = wfdb.rdann(str(path.with_suffix("")), "atr")
        symbols = np.array(["V"] * len(marks.sample))
        wfdb.wrann(path.stem, "atr", marks.sample, symbols, write_dir=str(path.parent))
    check_refusal(run_until(work, "train_model"), work, "no normal beats")
    assert not (work / "data/training").exists()


def test_a_full_disk_is_named_and_keeps_what_was_there(extracted: Path) -> None:
    before = (extracted / "data/records/records.npz").read_bytes()
    command = scripts_of(extracted / "mine")["extract_records"]
    limited = call(["bash", "-c", 'ulimit -f 64; exec "$@"', "bash", *command], extracted)
    check_refusal(limited, extracted, "records", "cannot be written")
    assert (extracted / "data/records/records.npz").read_bytes() == before


def test_a_read_only_disk_is_named(work: Path) -> None:
    command = scripts_of(work / "mine")["extract_records"]
    if os.geteuid() == 0:  # root writes anywhere unless it gives that right away
        if shutil.which("setpriv") is None:
            pytest.skip("root without setpriv cannot be kept from writing")
        command = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-all", *command]
    work.chmod(0o555)
    try:
        check_refusal(call(command, work), work, "data/records", "cannot be written")
    finally:
        work.chmod(0o755)
