"""The length of a record, as announced and as its files tell, and the sums of its samples."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_file_checks import (
    RunningSum,
    count_frames,
    count_stored,
    group_by_file,
)
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from ecg_anomaly.records.wfdb.wfdb_header import read_header


def refused(folder, rule):
    with pytest.raises(UserError, match=rule) as caught:
        read_record(folder, "r1")
    assert str(folder) in caught.value.where
    assert len(str(caught.value).splitlines()) == 1


def test_header_without_data_names_the_absent_file(folder):
    (folder / "r1.dat").unlink()
    refused(folder, r"r1\.dat: header r1\.hea has no data file")
    (folder / "r1.dat").mkdir()
    refused(folder, r"r1\.dat: header r1\.hea has no data file")


def test_an_empty_data_file_is_refused_without_an_announced_length_too(folder, change_header):
    change_header(" 1080", "")
    assert read_record(folder, "r1").signal.shape == (1080, 2)
    (folder / "r1.dat").write_bytes(b"")
    refused(folder, r"r1\.dat: the file is empty")


def test_absurd_length_is_refused_before_memory_is_asked_for(folder, change_header):
    change_header(" 1080", " 999999999999999")
    with pytest.raises(UserError, match="a length of 999999999999999 samples"):
        read_record(folder, "r1")


def test_a_length_of_0_is_that_of_the_file(folder, record, change_header):
    change_header(" 1080", " 0")
    np.testing.assert_array_equal(read_record(folder, "r1").signal, record.signal)


def lengths(folder):
    path = folder / "r1.hea"
    header = read_header(path)
    used = group_by_file(header)
    assert list(used) == ["r1.dat"]
    announced = count_frames(folder, path, header, used)
    return announced, count_stored(folder, path, announced, used)


def test_the_files_tell_what_is_there_and_the_header_what_should_be(folder, change_header):
    assert lengths(folder) == (1080, 1080)
    (folder / "r1.dat").write_bytes((folder / "r1.dat").read_bytes()[:1500])
    assert lengths(folder) == (1080, 500)
    change_header(" 1080", "")
    assert lengths(folder) == (500, 500)
    change_header("r1 2 360", "r1 2 360 400")
    assert lengths(folder) == (400, 400)


SAMPLES = np.random.default_rng(0).integers(-3000, 3000, 300).astype(np.int16)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=12))
def test_every_frame_counts_once_in_any_order(pairs):
    total = RunningSum(100, 2)
    seen = np.zeros(100, dtype=bool)
    for a, b in (sorted(pair) for pair in pairs):
        complete_before = seen.all()
        seen[a:b] = True
        found = total.add(a, SAMPLES[2 * a : 2 * b])
        if seen.all() and not complete_before:
            assert found == int(SAMPLES[:200].sum(dtype=np.int64)) % 65536
        else:
            assert found is None


def test_wide_samples_are_summed_as_exactly():
    wide = np.full(10, 2**31 - 1, dtype=np.int32)
    assert RunningSum(10, 1).add(0, wide) == 10 * (2**31 - 1) % 65536
