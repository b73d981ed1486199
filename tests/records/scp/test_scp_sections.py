import struct
from pathlib import Path

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.scp import scp_sections
from ecg_anomaly.records.scp.scp_sections import read_sections
from lab.fuzzing.scp_writer import join_sections

BODIES = {2: b"twotwo", 3: b"three!", 6: b"sixsix"}


@pytest.fixture
def read(tmp_path: Path):
    def read(record: bytes, **options):
        path = tmp_path / "e.scp"
        path.write_bytes(record)
        return read_sections(path, ReadOptions(**options))

    return read


def test_sections_of_the_signal_are_found_and_the_patient_is_not_read(read):
    sections = read(join_sections(BODIES, version=13))
    assert {n: body for n, body in sections.content.items() if n} == BODIES
    assert (sections.version, sections.notes) == (13, ())
    assert read(join_sections(BODIES) + b"behind it").content == sections.content


@pytest.mark.parametrize("place", [0, 6, 30, -1, -30])
def test_a_wrong_checksum_is_an_error_unless_it_is_accepted(read, place):
    record = bytearray(join_sections(BODIES))
    record[place] ^= 1
    with pytest.raises(UserError, match=r"checksum of (record|section \d) is \d+, not \d+"):
        read(bytes(record))
    if place not in (30,):
        (note,) = read(bytes(record), accept_checksum=True).notes
        assert note.startswith("checksum of ")


def test_checksums_that_were_not_computed_are_said(read):
    (note,) = read(join_sections(BODIES, checksums=False)).notes
    assert note.startswith("checksum 0 of record, section 0, ")
    assert note.endswith("taken as not computed")


def point(record: bytes, number: int, length: int, place: int) -> bytes:
    """Change the pointer to a section."""
    at = record.index(struct.pack("<H", number), 22)
    while (at - 22) % 10:
        at = record.index(struct.pack("<H", number), at + 1)
    return record[: at + 2] + struct.pack("<II", length, place) + record[at + 10 :]


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (lambda r: r[:10], "10 bytes are no SCP-ECG"),
        (lambda r: r[:-1], r"truncated, \d+ of \d+ bytes"),
        (lambda r: r[:2] + struct.pack("<I", 5) + r[6:], "truncated"),
        (lambda r: point(r, 6, 22, 9999), "section 6 begins after the end"),
        (lambda r: point(r, 6, 22, 2**32 - 1), "section 6 begins after the end"),
        (lambda r: point(r, 6, 0, 0), "no rhythm"),
        (lambda r: point(r, 6, 22, 7), "section 0 where section 6 should be"),
        (lambda r: r[:8] + b"\1\0" + r[10:], "section 1 where section 0 should be"),
        (lambda r: r[:10] + struct.pack("<I", 15) + r[14:], "of 15 bytes"),
        (lambda r: r[:10] + struct.pack("<I", 2**32 - 1) + r[14:], "of 4294967295 bytes"),
    ],
)
def test_damage_is_named(read, damage, rule):
    record = join_sections(BODIES, checksums=False)
    with pytest.raises(UserError, match=rule):
        read(damage(record))


def test_a_section_that_is_longer_than_the_rest_is_refused(read):
    record = join_sections(BODIES, checksums=False)
    at = len(record) - 18  # the length of the last section, before its 12 other bytes and content
    (length,) = struct.unpack_from("<I", record, at)
    assert length == 22
    with pytest.raises(UserError, match="section 6: 22 of 23 bytes"):
        read(record[:at] + struct.pack("<I", 23) + record[at + 4 :])


def test_a_file_that_is_too_large_is_not_read(read, monkeypatch):
    monkeypatch.setattr(scp_sections, "MAX_BYTES", 50)
    with pytest.raises(UserError, match="0 MB, more than the 0"):
        read(join_sections(BODIES))
