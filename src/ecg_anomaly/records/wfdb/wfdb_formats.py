"""Decode the storage formats of WFDB, which pack samples into bytes.

Source: ``signal(5)`` of the WFDB manual.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE

Bytes = NDArray[np.uint8]
Stored = NDArray[np.int16] | NDArray[np.int32]


@dataclass(frozen=True)
class Format:
    """A storage format.

    Attributes
    ----------
    samples, size : int
        Samples of a group that is packed together, and its bytes.
    missing : int or None
        The stored value that means "nothing was recorded".
    decode : callable
        Unpacks the bytes of whole groups into samples.
    """

    samples: int
    size: int
    missing: int | None
    decode: Callable[[Bytes], Stored]

    @property
    def sample_bytes(self) -> float:
        """Bytes of one sample."""
        return self.size / self.samples


def _decode_212(raw: Bytes) -> Stored:
    """Unpack two samples of 12 bits from three bytes.

    The second byte holds the high four bits of both. 16-bit words are read at a stride of three
    bytes, and shifted up and down again to extend the sign.
    """
    n = len(raw) // 3
    found = np.empty(2 * n, dtype=np.int16)
    word = np.ndarray(n, "<u2", raw, 0, (3,)).copy()
    word <<= 4
    found[0::2] = word.view(np.int16)
    word = np.ndarray(n, "<u2", raw, 1, (3,)).copy()
    high = word & 0xF0
    high <<= 8
    word >>= 8
    word <<= 4
    word |= high
    found[1::2] = word.view(np.int16)
    found >>= 4
    return found


def _decode_310(raw: Bytes) -> Stored:
    """Unpack three samples of 10 bits from two words: bits 1 to 10 of each, then the upper bits."""
    words = raw.view("<u2").astype(np.int32)
    first, second = words[0::2], words[1::2]
    third = (first >> 11 & 0x1F) | (second >> 11 & 0x1F) << 5
    return _sign_10(first >> 1 & 0x3FF, second >> 1 & 0x3FF, third)


def _decode_311(raw: Bytes) -> Stored:
    """Unpack three samples of 10 bits from the lower 30 bits of a 32-bit word."""
    word = raw.view("<u4")
    return _sign_10(word & 0x3FF, word >> 10 & 0x3FF, word >> 20 & 0x3FF)


def _sign_10(*parts: NDArray[np.integer]) -> Stored:
    found = np.stack(parts, axis=1).reshape(-1).astype(np.int16)
    return (found << 6) >> 6


def _decode_24(raw: Bytes) -> Stored:
    wide = np.zeros((len(raw) // 3, 4), dtype=np.uint8)
    wide[:, 1:] = raw.reshape(-1, 3)
    return wide.view("<i4").reshape(-1) >> 8


def _decode_80(raw: Bytes) -> Stored:
    return raw.astype(np.int16) - np.int16(128)


def _decode_160(raw: Bytes) -> Stored:
    return (raw.view("<u2") ^ np.uint16(0x8000)).astype("<u2").view("<i2").astype(np.int16)


#: Formats of a fixed sample size. Format 8 holds differences, which `SignalFile` adds up.
FORMATS = {
    "16": Format(1, 2, -(2**15), lambda raw: raw.view("<i2").astype(np.int16, copy=False)),
    "24": Format(1, 3, -(2**23), _decode_24),
    "32": Format(1, 4, -(2**31), lambda raw: raw.view("<i4").astype(np.int32, copy=False)),
    "61": Format(1, 2, -(2**15), lambda raw: raw.view(">i2").astype(np.int16)),
    "80": Format(1, 1, -(2**7), _decode_80),
    "160": Format(1, 2, -(2**15), _decode_160),
    "212": Format(2, 3, -(2**11), _decode_212),
    "310": Format(3, 4, -(2**9), _decode_310),
    "311": Format(3, 4, -(2**9), _decode_311),
    "8": Format(1, 1, None, lambda raw: raw.view(np.int8).astype(np.int16)),
}

#: Stored value that means "nothing was recorded", of every format; the last three are FLAC files.
MISSING = {name: form.missing for name, form in FORMATS.items()} | {
    "508": -(2**7),
    "516": -(2**15),
    "524": -(2**23),
}


def read_flac(path: Path, start: int, stop: int, n_leads: int) -> NDArray[np.integer]:
    """Read samples of a compressed file.

    Parameters
    ----------
    path : Path
        The file; every lead is one of its channels.
    start, stop : int
        First sample of each channel, and the one after the last.
    n_leads : int
        Leads that the header announces.

    Returns
    -------
    (n_leads, stop - start) int16 or int32

    Raises
    ------
    UserError
        When the file is damaged, too short, or has not as many channels.
    """
    import soundfile

    try:
        with soundfile.SoundFile(str(path)) as stream:
            bits = {"PCM_S8": 8, "PCM_16": 16, "PCM_24": 24}[stream.subtype]
            if stream.format != "FLAC" or stream.channels != n_leads:
                raise ValueError(f"{stream.channels} channels in {stream.format}")
            stream.seek(start)
            kind = "int16" if bits == 16 else "int32"
            found = stream.read(stop - start, dtype=kind, always_2d=True)
    except Exception as error:  # soundfile raises its own, KeyError and ValueError
        raise UserError(path, f"not a readable FLAC file ({error})", RESTORE) from error
    if len(found) < stop - start:
        raise UserError(path, f"truncated, {len(found)} of {stop - start} samples", RESTORE)
    # soundfile returns narrow samples in the upper bits of the type.
    return np.asarray(found >> (0 if bits == 16 else 32 - bits)).T
