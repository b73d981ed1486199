"""Sound files that still cannot be used, and disks that cannot be written."""

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


def test_a_record_shorter_than_a_window_is_named(work: Path) -> None:
    rewrite(work / "mine", "s02", lambda signal: signal[:180])
    (work / "mine/s02.atr").unlink()
    check_refusal(run_until(work, "preprocess_beats"), work, "s02", "0.50 s long", "exclude")
    excluded = scripts_of(work / "mine", "dataset.exclude=[s02]")["preprocess_beats"]
    ended = run_script(excluded, work)
    assert ended.returncode == 0, ended.stderr


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
