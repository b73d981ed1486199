"""Undo the XLI compression of Philips ECGs: LZW, then second differences.

Source: the sierra-ecg-tools project, which reverse-engineered it. A lead is eight bytes (the length
of what follows, two unused bytes, the difference of its third sample) and LZW codes of ten bits.
They decode to the high bytes of all numbers, then the low bytes. For leads III, aVR, aVL and aVF
the stored numbers are the differences from the leads that are computed from I and II.
"""

import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting.lead_segments import MAX_SAMPLES, check_n_samples
from ecg_anomaly.records.resting.stored_numbers import sum_differences
from ecg_anomaly.records.stored_values import RESTORE

#: Bits of a code, and number of codes that stand for strings; the code after these ends the data.
CODE_BITS, N_CODES = 10, (1 << 10) - 1

#: Leads, in this order, of which the last four are stored as differences.
LIMB_ORDER = ("I", "II", "III", "aVR", "aVL", "aVF")

#: What is added to a difference before it is stored.
OFFSET = 64


def decompress_xli(path: Path, content: bytes, leads: tuple[str, ...]) -> list[NDArray[np.int32]]:
    """Return the samples of each lead.

    Parameters
    ----------
    path : Path
        Named in errors.
    content : bytes
        The compressed leads, one after the other.
    leads : tuple of str
        Their names.

    Raises
    ------
    UserError
        When the content is damaged, or holds more samples than `MAX_SAMPLES`.
    """
    found: list[NDArray[np.int32]] = []
    place = n_samples = 0
    for name in leads:
        if place + 8 > len(content):
            raise UserError(path, f"no lead {name} in the compressed data", RESTORE)
        length, first = struct.unpack_from("<ixxh", content, place)
        codes = content[place + 8 : place + 8 + length] if length > 0 else b""
        if not codes or len(codes) < length:
            rule = f"lead {name}: {len(content) - place - 8} of {length} compressed bytes"
            raise UserError(path, rule, RESTORE)
        numbers = _join_halves(_decode_lzw(path, name, codes, 2 * (MAX_SAMPLES - n_samples)))
        if len(numbers) < 2:
            raise UserError(path, f"lead {name}: {len(numbers)} samples", RESTORE)
        found.append(_undo_differences(numbers, first))
        n_samples += len(numbers)
        place += 8 + length
    check_n_samples(path, n_samples)
    return _add_limb_leads(found) if leads[:6] == LIMB_ORDER else found


def _decode_lzw(path: Path, name: str, content: bytes, most: int) -> bytes:
    """Decode LZW with codes of fixed width; the dictionary is not reset when it is full."""
    n_codes = 8 * len(content) // CODE_BITS
    bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8))[: n_codes * CODE_BITS]
    codes = bits.reshape(-1, CODE_BITS) @ (1 << np.arange(CODE_BITS - 1, -1, -1))
    strings = [bytes([byte]) for byte in range(256)]
    parts: list[bytes] = []
    previous, length = b"", 0
    for code in codes.tolist():
        if code >= N_CODES:
            break
        if code < len(strings):
            string = strings[code]
        elif code == len(strings) and previous:
            string = previous + previous[:1]
        else:
            raise UserError(path, f"lead {name}: no LZW code {code} yet", RESTORE)
        if previous and len(strings) < N_CODES:
            strings.append(previous + string[:1])
        parts.append(string)
        previous, length = string, length + len(string)
        if length > most:
            check_n_samples(path, MAX_SAMPLES + 1)
    return b"".join(parts)


def _join_halves(content: bytes) -> NDArray[np.int16]:
    """Join high bytes, the first half, with low bytes; the last low byte may be missing."""
    padded = np.frombuffer(content + b"\0" * (len(content) % 2), dtype=np.uint8).reshape(2, -1)
    return (padded[0].astype(np.uint16) << 8 | padded[1]).view(np.int16)


def _undo_differences(numbers: NDArray[np.int16], first: int) -> NDArray[np.int32]:
    """Return the samples: each difference is stored one place early, with its sign changed."""
    differences = numbers.astype(np.int32)
    differences[3:] = OFFSET - numbers[2:-1].astype(np.int32)
    if len(differences) > 2:
        differences[2] = -first
    return sum_differences(differences, 2).astype(np.int32)


def _add_limb_leads(leads: list[NDArray[np.int32]]) -> list[NDArray[np.int32]]:
    """Return the leads with III, aVR, aVL and aVF computed from I, II and stored differences."""
    n = min(map(len, leads[:6]))
    one, two, three, right, left, foot = (lead[:n] for lead in leads[:6])
    three = two - one - three
    right = -right - (one + two) // 2
    left = (one - three) // 2 - left
    foot = (two + three) // 2 - foot
    return [leads[0], leads[1], three, right, left, foot, *leads[6:]]
