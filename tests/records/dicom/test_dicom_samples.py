"""DICOM samples: every type and byte order, claims of a header, and missing samples."""

import struct

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.dicom.dicom_samples import blank_padding
from ecg_anomaly.records.read_options import STRICT
from lab.fuzzing.dicom_writer import SYNTAXES, DicomCoding, make_group, write_dicom


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u2", "i4", "u4"])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_type_is_read_in_every_byte_order(read, syntax, dtype):
    stored = np.arange(100)
    group = make_group({"II": stored, "V1": 99 - stored}, dtype=syntax[1] + dtype)
    record = read(write_dicom([group], DicomCoding(*syntax)))
    expected = np.stack([stored, 99 - stored], axis=1) * 0.0025
    np.testing.assert_allclose(record.read(0, 100), expected, rtol=1e-6)


def changed(tag: int, kind: str, value: object, leads: dict[str, np.ndarray]) -> bytes:
    group = [element for element in make_group(leads) if element[0] != tag]
    return write_dicom([sorted([*group, (tag, kind, value)], key=lambda element: element[0])])


@pytest.mark.parametrize(
    ("tag", "kind", "value", "words"),
    [
        (0x003A0005, "US", 0, "a group of 0 channels"), (0x003A0005, "US", 999, "999 channels"),
        (0x003A0010, "UL", 0, "3 channels and 0 samples"),
        (0x54001004, "US", 12, "samples of '12' bits"),
        (0x54001006, "CS", "MB", "interpretation 'MB'"),
        (0x54001010, "OW", b"", "truncated, 0 of 500 samples"),
        (0x003A0005, "US", 2, "2 channels, 3 of them described"),
        (0x003A001A, "DS", "12", "sampling rate is 12 Hz"),
        (0x003A001A, "DS", "1e9999", "sampling rate is"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(read, leads, tag, kind, value, words):
    with pytest.raises(UserError) as caught:
        read(changed(tag, kind, value, leads))
    assert words in caught.value.rule


def test_samples_that_are_claimed_take_no_room(read, leads):
    content = changed(0x003A0010, "UL", 2**32 - 1, leads)
    record = read(content)
    assert record.n_samples == 500
    assert record.notes == ("cut off: 500 of 4294967295 samples are there",)
    with pytest.raises(UserError, match="truncated, 500 of 4294967295 samples"):
        read(content, STRICT)


def test_a_padding_value_that_no_sample_has_is_missing():
    stored = np.array([3, -32768, 5, -32768], "<i2")
    found = blank_padding(stored, struct.pack("<h", -32768), 500.0)
    np.testing.assert_array_equal(found, [3, np.nan, 5, np.nan])


@pytest.mark.parametrize("fs", [500.0, np.nan])
def test_a_padding_value_within_the_signal_is_missing_where_it_is_held(fs):
    stored = np.r_[np.zeros(60), 5, 0, -7, 9, np.zeros(49), 3, np.zeros(50)].astype("<i2")
    found = np.isnan(blank_padding(stored, b"\0\0", fs))
    expected = np.r_[np.ones(60), np.zeros(4), np.ones(49) * (fs != 500), 0, np.ones(50)]
    np.testing.assert_array_equal(found, expected.astype(bool))


def test_without_a_padding_value_all_samples_count():
    stored = np.zeros(99, "<i2")
    assert blank_padding(stored, b"", 500.0) is stored
    assert blank_padding(stored, b"\0", 500.0) is stored
