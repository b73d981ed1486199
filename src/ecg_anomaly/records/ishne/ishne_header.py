"""Read and check the header of an ISHNE Holter file.

Source: Badilini, "The ISHNE Holter standard output file format", Annals of Noninvasive
Electrocardiology 3 (1998) 263-266. The mark ``ISHNE1.0`` and a checksum are followed by 512 bytes
of numbers and text, a block of free text, and the samples, all little endian.
"""

import binascii
import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.recognition import ISHNE_MARK
from ecg_anomaly.records.resting.lead_segments import name_lead
from ecg_anomaly.records.stored_values import FS_LIMITS, RESTORE, file_size, read_bytes

#: Bytes before the block of free text, and before the part that the checksum covers.
FIXED_BYTES, CHECKED_FROM = 522, 10

#: Most leads that a file can have.
MAX_LEADS = 12

#: Code of a lead that is absent.
ABSENT = -9

#: Names of leads by their code; codes 0 and 1 (unknown, generic bipolar) have no name.
LEADS = (
    "", "", "X", "Y", "Z", "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5",
    "V6", "ES", "AS", "AI",
)  # fmt: skip

#: Meaning of the codes of quality; 0 is unknown and 1 good.
QUALITIES = {
    2: "intermittent noise", 3: "frequent noise", 4: "intermittent disconnection",
    5: "frequent disconnection",
}  # fmt: skip

#: Longest free text, and bytes of it that are read at a time.
MAX_TEXT_BYTES, BLOCK_BYTES = 1 << 24, 1 << 16


@dataclass(frozen=True)
class IshneLead:
    """One lead of an ISHNE file.

    Attributes
    ----------
    name : str
        Name by its code, or ``ECG`` and its number.
    resolution_nv : int
        nV per stored unit.
    quality : str
        A problem that the recorder reports, of `QUALITIES`; ``""`` if none.
    fault : str
        Why the lead cannot be read; ``""`` when it can.
    """

    name: str
    resolution_nv: int
    quality: str = ""
    fault: str = ""


@dataclass(frozen=True)
class IshneHeader:
    """A checked header.

    Attributes
    ----------
    fs : float
        Sampling rate in Hz.
    leads : tuple of IshneLead
        In the order in which their samples are interleaved.
    offset : int
        Bytes before the first sample.
    n_samples, n_announced : int
        Samples of each lead in the file, and announced by the header.
    checksum_fits : bool
        Whether the stored checksum is right.
    sha256 : str
        Digest of the header.
    """

    fs: float
    leads: tuple[IshneLead, ...]
    offset: int
    n_samples: int
    n_announced: int
    checksum_fits: bool
    sha256: str


def read_ishne_header(path: Path) -> IshneHeader:
    """Read and check the header of `path`.

    Raises
    ------
    UserError
        When it is no ISHNE header, a number in it is out of range, or the file holds no sample.
    """
    size = file_size(path)
    if size < FIXED_BYTES:
        raise UserError(path, f"{size} bytes are no ISHNE header", RESTORE)
    raw = read_bytes(path, 0, FIXED_BYTES).tobytes()
    if not raw.startswith(ISHNE_MARK):
        rule = f"begins with {raw[:8].decode('latin-1')!r}, not 'ISHNE1.0'"
        raise UserError(path, rule, "check the file's format")
    checksum, text_bytes, announced, text_offset, offset = struct.unpack_from("<Hiiii", raw, 8)
    longest = min(size - FIXED_BYTES, MAX_TEXT_BYTES)
    _check(path, "length of the free text", text_bytes, 0, longest)
    if text_bytes:
        _check(path, "offset of the free text", text_offset, FIXED_BYTES, FIXED_BYTES)
    _check(path, "offset of the samples", offset, FIXED_BYTES + text_bytes, size - 1)
    n_leads, fs = (struct.unpack_from("<h", raw, place)[0] for place in (156, 272))
    _check(path, "number of leads", n_leads, 1, MAX_LEADS)
    _check(path, "sampling rate in Hz", fs, int(FS_LIMITS[0]), int(FS_LIMITS[1]))
    n_found = (size - offset) // (2 * n_leads)
    if not n_found:
        raise UserError(path, "truncated before the first sample", RESTORE)
    n_announced = _count_samples(path, announced, n_found, n_leads)
    found, sha256 = _digest(path, FIXED_BYTES + text_bytes)
    return IshneHeader(
        fs=float(fs),
        leads=_read_leads(raw, n_leads),
        offset=offset,
        n_samples=min(n_found, n_announced),
        n_announced=n_announced,
        checksum_fits=checksum == found,
        sha256=sha256,
    )


def _check(path: Path, name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        wanted = f"{low}" if low == high else f"from {low} to {high}"
        raise UserError(path, f"{name} is {value}, not {wanted}", RESTORE)


def _count_samples(path: Path, announced: int, n_found: int, n_leads: int) -> int:
    """Return the announced samples of a lead; some recorders announce those of all leads."""
    if announced == -1 or announced == 0:  # the recorder was cut off before it wrote the number
        return n_found
    if announced < 0:
        raise UserError(path, f"number of samples is {announced}", RESTORE)
    return n_found if announced == n_found * n_leads else announced


def _read_leads(raw: bytes, n_leads: int) -> tuple[IshneLead, ...]:
    codes, qualities, resolutions = (
        struct.unpack_from(f"<{n_leads}h", raw, place) for place in (158, 182, 206)
    )
    leads: list[IshneLead] = []
    for i, (code, quality, resolution) in enumerate(
        zip(codes, qualities, resolutions, strict=True), start=1
    ):
        known = LEADS[code] if 0 <= code < len(LEADS) else ""
        name = name_lead(known) if known else f"ECG {i}"
        if any(lead.name == name for lead in leads):
            name = f"ECG {known}, channel {i}"
        fault = "" if resolution > 0 else f"resolution is {resolution} nV"
        if ABSENT in (code, quality):
            fault = "absent by the header"
        leads.append(IshneLead(name, resolution, QUALITIES.get(quality, ""), fault))
    return tuple(leads)


def _digest(path: Path, end: int) -> tuple[int, str]:
    """Return the CRC-16-CCITT (initial value FFFF) of the checked part, and the SHA256 of all.

    Both are of the header. It is read piece by piece, because the free text may be long.
    """
    checksum, sha256 = 0xFFFF, hashlib.sha256(read_bytes(path, 0, CHECKED_FROM).tobytes())
    for start in range(CHECKED_FROM, end, BLOCK_BYTES):
        block = read_bytes(path, start, min(BLOCK_BYTES, end - start)).tobytes()
        checksum = binascii.crc_hqx(block, checksum)
        sha256.update(block)
    return checksum, sha256.hexdigest()
