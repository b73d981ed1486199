"""Write DICOM files with ECG waveforms, byte by byte, for tests and to be damaged."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: An element: group and number, value representation, and its bytes, text, or items of elements.
Element = tuple[int, str, "bytes | str | int | list[list[Element]]"]

#: Value representations with a length of four bytes.
_LONG = ("OB", "OW", "SQ", "UN", "UT")

#: Transfer syntaxes by what the writer varies: implicit, and which byte comes first.
SYNTAXES = {
    (True, "<"): "1.2.840.10008.1.2", (False, "<"): "1.2.840.10008.1.2.1",
    (False, ">"): "1.2.840.10008.1.2.2",
}  # fmt: skip


@dataclass(frozen=True)
class DicomCoding:
    """How elements are written.

    Attributes
    ----------
    implicit : bool
        Whether value representations are left out.
    order : str
        ``"<"`` where the low byte comes first, or ``">"``.
    counted : bool
        Whether sequences and items state their length.
    """

    implicit: bool = False
    order: str = "<"
    counted: bool = True

    def write(self, elements: Sequence[Element]) -> bytes:
        """Return elements as bytes."""
        return b"".join(self._write(*element) for element in elements)

    def _write(self, tag: int, kind: str, value: bytes | str | int | list[list[Element]]) -> bytes:
        content = self._content(kind, value)
        open_end = kind == "SQ" and not self.counted
        length = 0xFFFFFFFF if open_end else len(content)
        start = struct.pack(f"{self.order}HH", tag >> 16, tag & 0xFFFF)
        if self.implicit:
            return start + struct.pack(f"{self.order}I", length) + content
        short = kind not in _LONG
        size = struct.pack(f"{self.order}{'H' if short else 'xxI'}", length)
        return start + kind.encode() + size + content

    def _content(self, kind: str, value: bytes | str | int | list[list[Element]]) -> bytes:
        if isinstance(value, list):
            end = b"" if self.counted else self._item(0xE0DD, 0)
            return b"".join(self._write_item(self.write(item)) for item in value) + end
        if isinstance(value, int):
            return struct.pack(f"{self.order}{'H' if kind == 'US' else 'I'}", value)
        raw = value.encode() if isinstance(value, str) else value
        return raw + (b"\0" if kind in ("UI", "OW", "OB") else b" ") * (len(raw) % 2)

    def _write_item(self, content: bytes) -> bytes:
        if self.counted:
            return self._item(0xE000, len(content)) + content
        return self._item(0xE000, 0xFFFFFFFF) + content + self._item(0xE00D, 0)

    def _item(self, number: int, length: int) -> bytes:
        return struct.pack(f"{self.order}HHI", 0xFFFE, number, length)


def make_channel(
    name: str, code: str = "", sensitivity: str = "2.5", unit: str = "uV", baseline: str = "0"
) -> list[Element]:
    """Return the description of a channel by its name or the code of its lead."""
    source: list[Element] = [(0x00080100, "SH", code), (0x00080104, "LO", name)]
    return [
        (0x003A0208, "SQ", [source]),
        (0x003A0210, "DS", sensitivity),
        (0x003A0211, "SQ", [[(0x00080100, "SH", unit)]]),
        (0x003A0212, "DS", "1"),
        (0x003A0213, "DS", baseline),
    ]


def make_group(
    leads: Mapping[str, NDArray[np.integer]],
    fs: float = 500.0,
    label: str = "RHYTHM",
    channels: Sequence[list[Element]] = (),
    offset_ms: float = 0.0,
    dtype: str = "<i2",
    padding: int | None = None,
) -> list[Element]:
    """Return a group of waveforms.

    Parameters
    ----------
    leads : mapping of str to (n,) int
        Stored samples by the names of the channels.
    fs : float
        Sampling rate in Hz.
    label : str
        Of the group.
    channels : sequence
        Description of each, see `make_channel`; by the names where there is none.
    offset_ms : float
        When the group begins.
    dtype : str
        Of a stored sample, and which byte comes first.
    padding : int, optional
        The sample that means that nothing was recorded.
    """
    stored = np.stack([*leads.values()], axis=1).astype(dtype)
    bits = 8 * stored.itemsize
    kind = {"i1": "SB", "u1": "UB", "i2": "SS", "u2": "US", "i4": "SL", "u4": "UL"}[dtype[-2:]]
    return [
        (0x00181068, "DS", f"{offset_ms:g}"),
        (0x003A0004, "CS", "ORIGINAL"),
        (0x003A0005, "US", stored.shape[1]),
        (0x003A0010, "UL", len(stored)),
        (0x003A001A, "DS", f"{fs:g}"),
        (0x003A0020, "SH", label),
        (0x003A0200, "SQ", list(channels) or [make_channel(name) for name in leads]),
        (0x54001004, "US", bits),
        (0x54001006, "CS", kind),
        *([] if padding is None else [(0x5400100A, "OW", np.array(padding, dtype).tobytes())]),
        (0x54001010, "OW", stored.tobytes()),
    ]


def write_dicom(
    groups: Sequence[list[Element]], coding: DicomCoding | None = None, preamble: bool = True
) -> bytes:
    """Return a DICOM file of groups of waveforms."""
    coding = coding or DicomCoding()
    syntax = SYNTAXES[coding.implicit, coding.order]
    meta = DicomCoding().write([(0x00020010, "UI", syntax)])
    length = DicomCoding().write([(0x00020000, "UL", len(meta))])
    elements: list[Element] = [(0x00080060, "CS", "ECG"), (0x54000100, "SQ", list(groups))]
    start = bytes(128) + b"DICM" if preamble else b""
    return start + length + meta + coding.write(elements)
