"""Write ISHNE Holter recordings, for tests, to be damaged and to be timed."""

import struct
from binascii import crc_hqx
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.ishne.ishne_header import CHECKED_FROM, FIXED_BYTES, LEADS, MAX_LEADS
from ecg_anomaly.records.recognition import ISHNE_MARK


def write_ishne(
    leads: Mapping[str, NDArray[np.integer]],
    fs: int = 250,
    resolution_nv: int = 5000,
    text: bytes = b"",
    qualities: Sequence[int] = (),
) -> bytes:
    """Return an ISHNE recording.

    Parameters
    ----------
    leads : mapping of str to (n,) int
        Stored samples by the names of the standard; another name is that of an unknown lead.
    fs : int
        Sampling rate in Hz.
    resolution_nv : int
        nV of one stored unit.
    text : bytes
        The block of free text.
    qualities : sequence of int
        Code of the quality of each lead, all 0 by default.
    """
    stored = np.stack([*leads.values()], axis=1).astype("<i2")
    return write_ishne_header([*leads], len(stored), fs, resolution_nv, text, qualities) + (
        stored.tobytes()
    )


def write_ishne_header(
    leads: Sequence[str],
    n_samples: int,
    fs: int = 250,
    resolution_nv: int = 5000,
    text: bytes = b"",
    qualities: Sequence[int] = (),
) -> bytes:
    """Return all that comes before the samples of an ISHNE recording, see `write_ishne`."""
    codes = [LEADS.index(name) if name in LEADS else 0 for name in leads]
    none = [-9] * (MAX_LEADS - len(leads))
    fields = {
        10: struct.pack("<iiii", len(text), n_samples, FIXED_BYTES, FIXED_BYTES + len(text)),
        26: struct.pack("<h", 1),
        156: struct.pack("<13h", len(leads), *codes, *none),
        182: struct.pack("<12h", *(qualities or [0] * len(leads)), *none),
        206: struct.pack("<12h", *[resolution_nv] * len(leads), *none),
        272: struct.pack("<h", fs),
    }
    raw = bytearray(FIXED_BYTES)
    for place, field in fields.items():
        raw[place : place + len(field)] = field
    checked = bytes(raw[CHECKED_FROM:]) + text
    return ISHNE_MARK + struct.pack("<H", crc_hqx(checked, 0xFFFF)) + checked


def renew_checksum(content: bytes) -> bytes:
    """Return a recording whose checksum fits its header again, of no free text."""
    checksum = crc_hqx(content[CHECKED_FROM:FIXED_BYTES], 0xFFFF)
    return content[:8] + struct.pack("<H", checksum) + content[CHECKED_FROM:]
