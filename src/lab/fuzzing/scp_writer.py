"""Write SCP-ECG records of every compression that is read, for tests and to be damaged."""

import struct
from binascii import crc_hqx
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

#: Number of each lead in the standard.
LEAD_NUMBERS = {"I": 1, "II": 2, "V1": 3, "V2": 4, "V3": 5, "V4": 6, "V5": 7, "V6": 8}

#: A code: bits of its prefix and in all, 1 for a number or 0 for a change of table, value, prefix.
Row = tuple[int, int, int, int, str]


def write_scp(
    leads: Mapping[str, NDArray[np.integer]],
    interval_us: int = 2000,
    nanovolts: int = 2500,
    order: int = 2,
    coded: bool = True,
) -> bytes:
    """Return an SCP-ECG record of leads that were recorded at once, without a reference beat.

    Parameters
    ----------
    leads : mapping of str to (n,) int
        Stored samples by the names in `LEAD_NUMBERS`.
    interval_us, nanovolts : int
        Of a sample.
    order : int
        0 for samples as they are, 1 or 2 for differences.
    coded : bool
        Whether the default Huffman table is used.
    """
    differences = [take_differences(lead, order) for lead in leads.values()]
    parts = [encode_default(d) if coded else d.astype("<i2").tobytes() for d in differences]
    rows = [(1, len(lead), LEAD_NUMBERS[name]) for name, lead in leads.items()]
    sections = {3: lead_section(rows), 6: signal_section(parts, nanovolts, interval_us, order)}
    return join_sections({2: struct.pack("<H", 19999), **sections} if coded else sections)


def join_sections(
    sections: Mapping[int, bytes], checksums: bool = True, version: int = 20
) -> bytes:
    """Return a record of some sections by their numbers, with section 0 and a section 1.

    Without `checksums` all of them are 0, so that damage is read and not only refused.
    """
    bodies = {0: b"", 1: b"\xff\0\0", **sections}
    bodies[0] = bytes(10 * len(bodies))
    padded = {n: body + b"\0" * (len(body) % 2) for n, body in bodies.items()}
    places = np.cumsum([7, *(16 + len(body) for body in padded.values())]).tolist()
    rows = zip(padded, (16 + len(body) for body in padded.values()), places, strict=False)
    padded[0] = b"".join(struct.pack("<HII", *row) for row in rows)
    written = b"".join(_section(n, body, checksums, version) for n, body in padded.items())
    rest = struct.pack("<I", 6 + len(written)) + written
    return _sum(rest, checksums) + rest


def _section(number: int, body: bytes, checksums: bool, version: int) -> bytes:
    mark = b"SCPECG" if number == 0 else bytes(6)
    rest = struct.pack("<HIBB6s", number, 16 + len(body), version, version, mark) + body
    return _sum(rest, checksums) + rest


def _sum(rest: bytes, checksums: bool) -> bytes:
    return struct.pack("<H", crc_hqx(rest, 0xFFFF) if checksums else 0)


def lead_section(rows: Sequence[tuple[int, int, int]], flags: int = 4) -> bytes:
    """Return section 3 of leads by their first and last sample, from 1 on, and their number."""
    return bytes([len(rows), flags]) + b"".join(struct.pack("<IIB", *row) for row in rows)


def complex_section(
    length_ms: int, fiducial: int, spans: Sequence[tuple[int, int, int, int]]
) -> bytes:
    """Return section 4 of QRS complexes: type, first, fiducial and last sample, from 1 on."""
    rows = b"".join(struct.pack("<HIII", *span) for span in spans)
    return struct.pack("<3H", length_ms, fiducial, len(spans)) + rows


def signal_section(
    parts: Sequence[bytes], nanovolts: int, interval_us: int, order: int, flag: int = 0
) -> bytes:
    """Return section 5 or 6 of the stored bytes of each lead."""
    head = struct.pack("<HHBB", nanovolts, interval_us, order, flag)
    return head + struct.pack(f"<{len(parts)}H", *map(len, parts)) + b"".join(parts)


def code_section(tables: Sequence[Sequence[Row]]) -> bytes:
    """Return section 2 of Huffman tables."""
    written = struct.pack("<H", len(tables))
    for table in tables:
        written += struct.pack("<H", len(table))
        for prefix, whole, mode, value, bits in table:
            written += struct.pack("<BBBhI", prefix, whole, mode, value, int(bits[::-1], 2))
    return written


def take_differences(samples: NDArray[np.integer], order: int) -> NDArray[np.int64]:
    """Return samples as differences: the first `order` as they are, then those of that order."""
    taken = samples.astype(np.int64)
    if not order:
        return taken
    return np.concatenate([taken[:order], np.diff(taken, n=order)])


def encode_default(numbers: NDArray[np.int64]) -> bytes:
    """Encode numbers with the default Huffman table."""
    return pack_bits("".join(map(_default_code, numbers.tolist())))


def pack_bits(bits: str) -> bytes:
    """Pack bits, given as text, into bytes, the first one highest."""
    return np.packbits(np.frombuffer(bits.encode(), np.uint8) - ord("0")).tobytes()


def _default_code(number: int) -> str:
    if number == 0:
        return "0"
    if abs(number) <= 8:
        return "1" * abs(number) + ("01" if number < 0 else "00")
    if -128 <= number < 128:
        return "1111111110" + format(number & 0xFF, "08b")
    return "1111111111" + format(number & 0xFFFF, "016b")
