"""Resting ECGs that ask for far more memory or time than they are worth.

Each maker writes one into a folder and returns its path: XML of which a few bytes stand for
gigabytes, and compressed leads of the same kind.
"""

import base64
import struct
from pathlib import Path

import numpy as np

from lab.fuzzing.scp_writer import join_sections, lead_section, signal_section
from lab.fuzzing.xml_writers import aecg_set, join_series, write_philips

#: A code of ten bits for a zero byte, and the largest LZW code that stands for a string.
_ZERO, _LONGEST = 0, 1022


def write_entities(folder: Path) -> Path:
    """Write an HL7 aECG file whose digits are entities of entities: "a billion laughs"."""
    levels = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    content = join_series([aecg_set({"II": np.zeros(9, int)}, 500.0, 5.0, "2026")]).decode()
    content = content.replace(
        "<AnnotatedECG", f'<!DOCTYPE A [<!ENTITY a0 "1 ">{levels}]><AnnotatedECG'
    )
    return _write(folder, content.replace("<digits>", "<digits>&a9;").encode())


def write_many_elements(folder: Path, n_bytes: int = 16_000_000) -> Path:
    """Write an HL7 aECG file of empty elements."""
    return _write(folder, b"<AnnotatedECG>%s</AnnotatedECG>" % (b"<a/>" * (n_bytes // 4)))


def write_many_attributes(folder: Path, n_bytes: int = 16_000_000) -> Path:
    """Write an HL7 aECG file of elements with thousands of attributes."""
    element = b"<a %s/>" % b" ".join(b'a%d=""' % i for i in range(6000))
    return _write(
        folder, b"<AnnotatedECG>%s</AnnotatedECG>" % (element * (n_bytes // len(element)))
    )


def write_week_of_parts(folder: Path, n_parts: int = 84) -> Path:
    """Write an HL7 aECG file of a second of ECG every two hours."""
    second = {"II": np.rint(100 * np.sin(np.arange(500) / 20)).astype(int)}
    starts = (divmod(7200 * i, 86_400) for i in range(n_parts))
    times = [f"202601{1 + d:02}{s // 3600:02}{s % 3600 // 60:02}00" for d, s in starts]
    return _write(folder, join_series([aecg_set(second, 500.0, 5.0, time) for time in times]))


def write_lzw_bomb(folder: Path, n_codes: int = 1_000_000) -> Path:
    """Write a Philips file whose codes stand for 500 times as many bytes."""
    codes = [_ZERO, *range(256, _LONGEST + 1), *[_LONGEST] * n_codes]
    bits = np.array(codes)[:, None] >> np.arange(9, -1, -1) & 1
    packed = np.packbits(bits.astype(np.uint8)).tobytes()
    content = base64.encodebytes(struct.pack("<ihh", len(packed), 0, 0) + packed)
    sound = write_philips({"II": np.arange(9)}, 500)
    start, stop = sound.index(b'bitspersample="16">') + 19, sound.index(b"</parsedwaveforms>")
    return _write(folder, sound[:start] + content + sound[stop:])


def write_one_bit_samples(folder: Path, n_leads: int = 8, n_bytes: int = 65_000) -> Path:
    """Write an SCP-ECG record whose samples take one bit each."""
    rows = [(1, 8 * n_bytes, number + 1) for number in range(n_leads)]
    sections = {
        2: struct.pack("<H", 19999), 3: lead_section(rows),
        6: signal_section([bytes(n_bytes)] * n_leads, 2500, 2000, 2),
    }  # fmt: skip
    return _write(folder, join_sections(sections))


def _write(folder: Path, content: bytes) -> Path:
    path = folder / "hostile.ecg"
    path.write_bytes(content)
    return path
