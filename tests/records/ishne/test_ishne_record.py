"""ISHNE recordings: samples, leads, checksums, and files that were cut off."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ishne.ishne_record import IshneRecord
from ecg_anomaly.records.read_options import AS_IT_IS, STRICT, ReadOptions
from lab.fuzzing.ishne_writer import write_ishne

RNG = np.random.default_rng(0)
STORED = {name: RNG.integers(-(2**15), 2**15, 700) for name in ("X", "Y", "V5")}


@pytest.fixture
def read(tmp_path: Path):
    def read(content: bytes, options: ReadOptions = AS_IT_IS):
        path = tmp_path / "holter 1.ecg"
        path.write_bytes(content)
        return IshneRecord(path, options)

    return read


@pytest.mark.parametrize("resolution_nv", [5000, 2441, 1])
def test_the_samples_are_those_that_were_written(read, resolution_nv):
    record = read(write_ishne(STORED, 200, resolution_nv, b"of a ward"))
    assert (record.name, record.fs, record.n_samples) == ("holter 1", 200.0, 700)
    assert record.leads == ("ECG X", "ECG Y", "V5")
    expected = np.stack([*STORED.values()], axis=1) * (resolution_nv * 1e-6)
    found = record.read(0, 700)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    np.testing.assert_array_equal(record.read(33, 90, [2, 0]), found[33:90, [2, 0]])
    assert record.notes == record.left_out == ()
    assert record.next_stored(5) == 5


def test_blocks_join(read, monkeypatch):
    whole = read(write_ishne(STORED)).read(0, 700)
    monkeypatch.setattr("ecg_anomaly.records.ishne.ishne_record.BLOCK_BYTES", 100)
    np.testing.assert_array_equal(read(write_ishne(STORED)).read(0, 700), whole)


def test_a_wrong_checksum_is_refused_or_said(read):
    content = bytearray(write_ishne(STORED))
    content[272] ^= 1  # the rate
    with pytest.raises(UserError, match=r"checksum of the header is wrong.*--accept-checksum"):
        read(bytes(content))
    record = read(bytes(content), ReadOptions(accept_checksum=True))
    assert record.notes == ("checksum of the header is wrong, accepted",)


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(read):
    content = write_ishne(STORED, 200)
    record = read(content[: 522 + 6 * 400 + 5])
    assert record.n_samples == 400
    assert record.notes == ("cut off: 400 of 700 samples are there, the last 1.5 s are lost",)
    np.testing.assert_array_equal(record.read(0, 400), read(content).read(0, 400))
    with pytest.raises(UserError, match="truncated, 400 of 700 samples"):
        read(content[: 522 + 6 * 400 + 5], STRICT)


def test_a_file_that_is_cut_anywhere_is_read_or_refused(tmp_path):
    content = write_ishne({"II": np.arange(20), "V1": np.arange(20)})
    n_read = count_readable_cuts(tmp_path / "x.ecg", content, IshneRecord)
    assert n_read == len(content) - 522 - 4


def test_leads_are_chosen_by_the_rule_of_all_formats(read):
    content = write_ishne(STORED, qualities=(-9, 2, 1))
    record = read(content)
    assert record.leads == ("ECG Y", "V5")
    assert [(out.name, out.why) for out in record.left_out] == [("ECG X", "absent by the header")]
    assert record.notes == ("the recorder reports intermittent noise in lead ECG Y",)
    assert read(content, ReadOptions(ignore=("ecg y",))).leads == ("V5",)
    with pytest.raises(UserError, match="no lead 'aVR' among ECG X, ECG Y, V5"):
        read(content, ReadOptions(lead="aVR"))


def test_a_month_and_more_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "long.ecg"
    path.write_bytes(write_ishne({"II": np.arange(9)}, 64)[:522])
    content = bytearray(path.read_bytes())
    content[14:18] = b"\0\0\0\0"  # the number of samples is not known
    path.write_bytes(content)
    with path.open("r+b") as stream:
        stream.truncate(522 + 2 * (32 * 86400 * 64))
    with pytest.raises(UserError, match="cut it, a month at most"):
        IshneRecord(path, ReadOptions(accept_checksum=True))


def test_only_what_is_asked_for_is_held(tmp_path):
    path = tmp_path / "day.ecg"
    path.write_bytes(write_ishne({"II": np.zeros(9), "V1": np.zeros(9), "V5": np.zeros(9)}, 360))
    content = bytearray(path.read_bytes())
    content[14:18] = bytes(4)
    path.write_bytes(content)
    with path.open("r+b") as stream:
        stream.truncate(522 + 6 * 360 * 86400)
    record = IshneRecord(path, ReadOptions(accept_checksum=True))
    tracemalloc.start()
    record.read(360 * 80000, 360 * 80600)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert record.n_samples == 360 * 86400
    assert peak < 8 << 20
