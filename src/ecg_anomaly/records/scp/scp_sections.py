"""Find the sections of an SCP-ECG record and check their checksums.

Source: EN 1064, section 5.2. A record consists of a checksum, its length and numbered sections;
section 0 lists the positions of the others. All numbers are little-endian. Section 1, which holds
data of the patient, is not read.
"""

import struct
from binascii import crc_hqx
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.stored_values import RESTORE, file_size, read_bytes

#: Largest file in bytes: enough for `MAX_LEADS` leads of 64 kB each and the other sections.
MAX_BYTES = 16 << 20

#: Bytes before the first section, of the header of a section, and of a pointer to one.
RECORD_HEADER, SECTION_HEADER, POINTER = 6, 16, 10

#: Sections that make up the signal: codes, leads, QRS complexes, reference beats, rhythm.
CODES, LEADS, COMPLEXES, BEATS, RHYTHM = SIGNAL_SECTIONS = (2, 3, 4, 5, 6)


@dataclass(frozen=True)
class ScpSections:
    """The sections of a record that make up its signal.

    Attributes
    ----------
    content : mapping of int to bytes
        Content of each section by its number, without the header of the section.
    version : int
        Version of the standard that the record follows, times ten; 0 where it is not stated.
    notes : tuple of str
        Notes on checksums that are wrong or were not computed.
    """

    content: Mapping[int, bytes]
    version: int
    notes: tuple[str, ...] = ()


def read_sections(path: Path, options: ReadOptions) -> ScpSections:
    """Read the sections of an SCP-ECG file.

    Parameters
    ----------
    path : Path
        The file, of `MAX_BYTES` at most.
    options : ReadOptions
        ``accept_checksum`` accepts wrong checksums.

    Raises
    ------
    UserError
        When it is no SCP-ECG record, it is cut off, or a checksum is wrong.
    """
    size = file_size(path)
    if size > MAX_BYTES:
        rule = f"{size >> 20} MB, more than the {MAX_BYTES >> 20} of an SCP-ECG record"
        raise UserError(path, rule, "check the file's format")
    record = read_bytes(path, 0, size).tobytes()
    if size < RECORD_HEADER + SECTION_HEADER:
        raise UserError(path, f"{size} bytes are no SCP-ECG record", "check the file's format")
    (length,) = struct.unpack_from("<I", record, 2)
    if not RECORD_HEADER + SECTION_HEADER <= length <= size:
        raise UserError(path, f"truncated, {size} of {length} bytes", RESTORE)
    record = record[:length]
    found = {0: _cut_section(path, record, 0, RECORD_HEADER)}
    for number, place in _list_sections(path, found[0]):
        if number in SIGNAL_SECTIONS and number not in found:
            found[number] = _cut_section(path, record, number, place)
    parts = {"record": record, **{f"section {n}": section for n, section in found.items()}}
    notes = _check(path, parts, options.accept_checksum)
    bodies = {number: section[SECTION_HEADER:] for number, section in found.items()}
    return ScpSections(bodies, record[RECORD_HEADER + 9], notes)


def _cut_section(path: Path, record: bytes, number: int, place: int) -> bytes:
    """Return a section, header included, and check that it is the expected one."""
    if place + SECTION_HEADER > len(record):
        raise UserError(path, f"section {number} begins after the end of the record", RESTORE)
    found, length = struct.unpack_from("<HI", record, place + 2)
    if found != number:
        raise UserError(path, f"section {found} where section {number} should be", RESTORE)
    if not SECTION_HEADER <= length <= len(record) - place:
        rule = f"section {number}: {len(record) - place} of {length} bytes"
        raise UserError(path, rule, RESTORE)
    return record[place : place + length]


def _list_sections(path: Path, section: bytes) -> list[tuple[int, int]]:
    """Return number and position of each section that section 0 lists with a length."""
    body = section[SECTION_HEADER:]
    pointers = struct.iter_unpack("<HII", body[: len(body) // POINTER * POINTER])
    found = [(number, place - 1) for number, length, place in pointers if length and place]
    if RHYTHM not in dict(found):
        raise UserError(path, "no rhythm (section 6)", "export the ECG with its rhythm")
    return found


def _check(path: Path, parts: Mapping[str, bytes], accept: bool) -> tuple[str, ...]:
    """Compare the stored checksums of record and sections with computed ones; return the notes."""
    sums = {
        name: (int.from_bytes(part[:2], "little"), crc_hqx(part[2:], 0xFFFF))
        for name, part in parts.items()
    }
    differ = [name for name, (stated, found) in sums.items() if stated != found]
    wrong = [name for name in differ if sums[name][0]]
    if not wrong:
        said = f"checksum 0 of {', '.join(differ)}: taken as not computed"
        return (said,) if differ else ()
    stated, found = sums[wrong[0]]
    rule = f"checksum of {wrong[0]} is {found}, not {stated}"
    if not accept:
        raise UserError(path, rule, f"{RESTORE}, or accept it with --accept-checksum")
    return (rule,)
