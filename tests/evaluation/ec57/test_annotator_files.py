"""Which files are compared, and what is refused in one line."""

import numpy as np
import pytest
import wfdb

from ecg_anomaly.evaluation.ec57.annotator_files import (
    find_mismatched_records,
    find_records,
    read_reference_file,
    read_test_marks,
)
from ecg_anomaly.evaluation.ec57.marks import ComparedPart
from ecg_anomaly.files.errors import UserError

FS, LENGTH = 100, 60_000
PART = ComparedPart(FS, LENGTH)
BEATS = range(50, LENGTH, 80)


def annotate(folder, name="r.atr", samples=BEATS, symbol="N", fs=FS):
    record, annotator = name.split(".")
    samples = np.array(samples)
    symbols = [symbol] * len(samples)
    wfdb.wrann(record, annotator, samples, symbol=symbols, fs=fs, write_dir=str(folder))


@pytest.fixture
def folder(tmp_path):
    """A folder of a header and reference annotations."""
    (tmp_path / "r.hea").write_text(f"r 1 {FS} {LENGTH}\nr.dat 16 200 16 0 0 0 0 II\n")
    annotate(tmp_path)
    return tmp_path


def test_records_are_those_of_the_test_or_as_named(folder, tmp_path):
    for name in ("b.mine", "a.mine"):
        annotate(tmp_path, name)
    assert find_records(folder, tmp_path, ("atr", "mine")) == ["a", "b"]
    assert find_records(folder, tmp_path, ("atr", "mine"), ["b", "x"]) == ["b", "x"]


def test_a_folder_without_the_annotator_says_what_is_there(folder):
    with pytest.raises(UserError, match=r"no file \*\.anom \(files end in atr, hea\)"):
        find_records(folder, folder, ("atr", "anom"))
    with pytest.raises(UserError, match="no such folder"):
        find_records(folder / "x", folder, ("atr", "atr"))


def test_rate_and_length_come_from_the_header(folder):
    assert read_reference_file(folder, "r", "atr").part == PART


def test_without_a_header_the_annotations_say_them(folder):
    (folder / "r.hea").unlink()
    part = ComparedPart(FS, BEATS[-1], length_known=False)
    assert read_reference_file(folder, "r", "atr").part == part
    annotate(folder, fs=None)
    with pytest.raises(UserError, match=r"say the sampling rate; put r\.hea beside it"):
        read_reference_file(folder, "r", "atr")


@pytest.mark.parametrize(
    ("samples", "symbol", "fs", "rule"),
    [
        (BEATS, "N", 250, "marks count at 250"),
        (BEATS, "~", FS, "no beat is annotated"),
    ],
)
def test_a_reference_that_is_refused(folder, samples, symbol, fs, rule):
    annotate(folder, samples=samples, symbol=symbol, fs=fs)
    with pytest.raises(UserError, match=rule):
        read_reference_file(folder, "r", "atr")


def test_a_record_that_ends_within_the_learning_period_is_refused(folder):
    (folder / "r.hea").write_text(f"r 1 {FS} 30000\nr.dat 16 200 16 0 0 0 0 II\n")
    with pytest.raises(
        UserError, match="the record ends within the first 5 minutes; EC57 compares"
    ):
        read_reference_file(folder, "r", "atr")


def test_a_record_without_beats_behind_it_may_have_episodes(folder):
    annotate(folder, samples=range(50, 29_000, 80))
    assert read_reference_file(folder, "r", "atr").part == PART


@pytest.mark.parametrize(
    ("samples", "symbol", "fs", "rule"),
    [
        (BEATS, "N", 250, "marks count at 250"),
        (BEATS, "+", FS, "no beat is annotated"),
        (range(50, 70_000, 80), "N", FS, "125 of 875 beats lie after the end of the record"),
    ],
)
def test_a_test_that_is_refused(folder, samples, symbol, fs, rule):
    annotate(folder, "r.mine", samples, symbol, fs)
    with pytest.raises(UserError, match=rule):
        read_test_marks(folder, "r", "mine", PART)


def test_a_few_beats_behind_the_end_are_none_of_another_record(folder):
    annotate(folder, "r.mine", [*BEATS, LENGTH + 30])
    assert len(read_test_marks(folder, "r", "mine", PART).sample) == len(BEATS) + 1


def test_a_missing_file_is_named(folder):
    with pytest.raises(UserError, match=r"r\.mine: no such file; compare records that both"):
        read_test_marks(folder, "r", "mine", PART)


def test_strangers_are_records_of_which_less_than_half_was_found():
    assert find_mismatched_records([("a", 49, 100), ("b", 50, 100), ("c", 0, 0)]) == ["a"]
