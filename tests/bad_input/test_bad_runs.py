"""Sound files that still cannot be used, and disks that cannot be written."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import wfdb
from refusal import check_refusal, run_until

from forked_scripts import run_script
from pipeline_copy import call
from toy_folder import scripts_of

pytestmark = pytest.mark.slow


def rewrite(folder: Path, name: str, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Write a record again with another signal, checksums and all."""
    record = wfdb.rdrecord(str(folder / name), physical=False)
    wfdb.wrsamp(
        name, fs=record.fs, units=record.units, sig_name=record.sig_name, fmt=record.fmt,
        d_signal=change(record.d_signal), adc_gain=record.adc_gain, baseline=record.baseline,
        write_dir=str(folder),
    )  # fmt: skip


def test_a_record_shorter_than_a_window_is_left_out_and_said(work: Path) -> None:
    rewrite(work / "mine", "s02", lambda signal: signal[:180])
    (work / "mine/s02.atr").unlink()
    commands = scripts_of(work / "mine", until="preprocess_beats")
    for command in commands.values():
        ended = run_script(command, work)
        assert ended.returncode == 0, ended.stderr
    assert "left out record s02: 0.50 s long, a window takes 0.80 s" in ended.stdout
    summary = json.loads((work / "data/exploration/exploration.json").read_text())
    why = "0.50 s long, a window takes 0.80 s"
    assert summary["left_out"] == [{"name": "s02", "subject": "s02", "why": why}]
    assert why in (work / "data/exploration/exploration.html").read_text()


def test_when_all_records_are_shorter_than_a_window_one_is_named(work: Path) -> None:
    for path in sorted((work / "mine").glob("*.hea")):
        rewrite(work / "mine", path.stem, lambda signal: signal[:180])
        path.with_suffix(".atr").unlink()
    check_refusal(run_until(work, "preprocess_beats"), work, "s01", "0.50 s long", "shorten")


@pytest.mark.parametrize(
    "override",
    ["dataset.exclude=[s1]", "+dataset.subjects={s1: x}", "dataset.split.test=[s1]",
     "dataset.split.validation=[s1]"],
)  # fmt: skip
def test_a_name_that_matches_nothing_is_refused_with_those_there_are(
    work: Path, override: str
) -> None:
    key = override.partition("=")[0].lstrip("+")
    check_refusal(run_until(work, "extract_records", override), work, key, "s1 not in", "s01, s02")


@pytest.mark.parametrize("value", [0, -2048], ids=["flat", "missing"])
def test_recordings_of_nothing_are_refused(work: Path, value: int) -> None:
    for path in sorted((work / "mine").glob("*.hea")):
        rewrite(work / "mine", path.stem, lambda signal: np.full_like(signal, value))
    check_refusal(run_until(work, "preprocess_beats"), work, "no readable beat")


def test_a_subject_in_two_splits_is_named(extracted: Path) -> None:
    both = ["dataset.split.test=[s01]", "dataset.split.validation=[s01]"]
    result = run_script(scripts_of(extracted / "mine", *both)["preprocess_beats"], extracted)
    check_refusal(result, extracted, "s01", "two splits")
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
