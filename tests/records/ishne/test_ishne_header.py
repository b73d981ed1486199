"""ISHNE headers: what they say, and every field that may not be believed."""

import struct
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ishne.ishne_header import read_ishne_header
from lab.fuzzing.ishne_writer import renew_checksum, write_ishne

SAMPLES = np.arange(500)


@pytest.fixture
def read(tmp_path: Path):
    def read(content: bytes):
        path = tmp_path / "holter.ecg"
        path.write_bytes(content)
        return read_ishne_header(path)

    return read


def changed(place: int, fmt: str, *values: int, content: bytes | None = None) -> bytes:
    """Return a recording of two leads with other numbers at a place of its header."""
    raw = bytearray(content or write_ishne({"II": SAMPLES, "V1": -SAMPLES}))
    struct.pack_into(fmt, raw, place, *values)
    return renew_checksum(bytes(raw))


def test_a_header_says_leads_rate_and_length(read):
    header = read(write_ishne({"X": SAMPLES, "aVF": SAMPLES}, 200, 2500, b"free text" * 9999))
    assert [lead.name for lead in header.leads] == ["ECG X", "aVF"]
    assert {lead.resolution_nv for lead in header.leads} == {2500}
    assert (header.fs, header.n_samples, header.n_announced) == (200.0, 500, 500)
    assert header.offset == 522 + 9 * 9999
    assert header.checksum_fits


@pytest.mark.parametrize("place", [26, 60, 271, 460, 521, 526])
def test_any_change_of_the_header_shows_in_its_checksum(read, place):
    content = bytearray(write_ishne({"II": SAMPLES}, text=b"free text"))
    former = read(bytes(content))
    content[place] ^= 16
    header = read(bytes(content))
    assert not header.checksum_fits
    assert header.sha256 != former.sha256


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"ISHNE1.0", "8 bytes are no ISHNE header"), (b"x" * 600, "begins with 'xxxxxxxx'"),
        (changed(10, "<i", -1), "length of the free text is -1"),
        (changed(10, "<i", 2**31 - 1), "length of the free text is 2147483647"),
        (changed(22, "<i", 521), "offset of the samples is 521"),
        (changed(22, "<i", 9999), "offset of the samples is 9999"),
        (changed(14, "<i", -7), "number of samples is -7"),
        (changed(156, "<h", 0), "number of leads is 0"),
        (changed(156, "<h", 13), "number of leads is 13"),
        (changed(272, "<h", 1), "sampling rate in Hz is 1, not from 64"),
        (changed(22, "<i", 522 + 4 * 500 - 1), "truncated before the first sample"),
        (changed(10, "<iiii", 4, 9, 0, 526), "offset of the free text is 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(read, content, words):
    with pytest.raises(UserError) as caught:
        read(content)
    assert words in caught.value.rule


@pytest.mark.parametrize(
    ("announced", "n", "of"),
    [(500, 500, 500), (1000, 500, 500), (0, 500, 500), (-1, 500, 500), (499, 499, 499),
     (501, 500, 501), (10**9, 500, 10**9)],
)  # fmt: skip
def test_samples_are_those_of_a_lead_or_of_all_and_no_more_than_are_there(read, announced, n, of):
    header = read(changed(14, "<i", announced))
    assert (header.n_samples, header.n_announced) == (n, of)


def test_leads_of_one_name_or_none_stay_apart(read):
    content = write_ishne(dict.fromkeys(("?", "II", "!", "V1"), SAMPLES))
    names = [lead.name for lead in read(content).leads]
    assert names == ["ECG 1", "II", "ECG 3", "V1"]
    twice = read(changed(158, "<4h", 6, 6, 99, -5, content=content)).leads
    assert [lead.name for lead in twice] == ["II", "ECG II, channel 2", "ECG 3", "ECG 4"]


def test_a_lead_that_cannot_be_read_says_why(read):
    assert read(changed(206, "<2h", 0, 5000)).leads[0].fault == "resolution is 0 nV"
    assert read(changed(206, "<2h", -9, 5000)).leads[0].fault == "resolution is -9 nV"
    assert read(changed(158, "<2h", 6, -9)).leads[1].fault == "absent by the header"
    assert read(changed(182, "<2h", -9, 3)).leads[0].fault == "absent by the header"
    assert read(changed(182, "<2h", 1, 3)).leads[1].quality == "frequent noise"
