"""Recognise the format of a file by its first bytes, whatever the file is called.

Each function takes the first `HEAD_BYTES` of a file, or all of a shorter one, and looks only for
the marks of one format: a file that it recognises may still be damaged.
"""

import re
import struct
from collections import Counter
from pathlib import Path

from ecg_anomaly.records.stored_values import file_size, read_bytes

#: Bytes of a file that are looked at.
HEAD_BYTES = 1 << 14

#: How a Parquet file begins and ends.
PARQUET_MARK = b"PAR1"

#: How an ISHNE recording begins.
ISHNE_MARK = b"ISHNE1.0"

#: Byte order marks with which UTF-16 text begins.
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}

#: Control characters that no text holds: all but tab, line ends, form feed and end of file.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f-\x9f]")

#: Largest share of bytes of a text that are not UTF-8, such as accents in Latin-1.
MOST_FOREIGN = 0.1

#: Beginning and end of the parts that may precede the root element of an XML file.
_PROLOG = (("<?", "?>"), ("<!--", "-->"), ("<!", ">"))

#: The name of an element, without its prefix.
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)")

#: Value representations of the elements of a DICOM file's first group.
_DICOM_TYPES = (b"UL", b"OB", b"UI", b"SH", b"CS", b"LO", b"AE")

#: The record line of a WFDB header, then the line of a signal or segment.
_RECORD_LINE = re.compile(r"[\w-]+(?P<segments>/\d+)?[ \t]+\d+([ \t]+\S+)*")
_SIGNAL_LINE = re.compile(r"\S*[A-Za-z~]\S*[ \t]+\d+(x\d+)?(:\d+)?(\+\d+)?([ \t].*)?")

#: Most entries of one annotation in the MIT format: time, type, channel, number, note and a skip.
MARK_ENTRIES = 6

#: Largest code of an annotation in the MIT format, and the codes of other entries.
_LAST_MARK, _SKIP, _PLAIN, _AUX = 49, 59, (60, 61, 62), 63


def read_head(path: Path) -> bytes:
    """Read the first bytes of a file.

    Raises
    ------
    UserError
        When it is no plain file, empty, or cannot be read.
    """
    return read_bytes(path, 0, min(HEAD_BYTES, file_size(path))).tobytes()


def is_text(head: bytes) -> bool:
    """Say whether a file is text in UTF-8, UTF-16 or another encoding that is mostly ASCII.

    Samples may begin like a byte order mark, so after one most letters must be ASCII.
    """
    text = head.decode(_WIDE.get(head[:2], "utf-8"), errors="ignore")
    if _CONTROL.search(text):
        return False
    if head[:2] in _WIDE:
        return 2 * sum(map(str.isascii, text)) > len(text)
    return len(head) - len(text.encode()) <= max(3, MOST_FOREIGN * len(head))


def is_edf(head: bytes) -> bool:
    """Say whether a file is EDF or EDF+: version 0, and no line end in fields of fixed width."""
    return head[:8] == b"0       " and b"\n" not in head[:256]


def is_dicom(head: bytes) -> bool:
    """Say whether a file is DICOM, with its 128 bytes of preamble or without them."""
    if head[128:132] == b"DICM":
        return True
    early = head[:2] in (b"\x02\x00", b"\x08\x00") and head[3:4] == b"\0"
    return early and (head[4:6] in _DICOM_TYPES or head[8:12] == b"ISO_")  # explicit, implicit


def is_scp(head: bytes) -> bool:
    """Say whether a file is SCP-ECG: its first section lists all sections, beginning with itself.

    Since version 1.3 that section holds the letters ``SCPECG``; older files do not.
    """
    if head[16:22] == b"SCPECG":
        return True
    if len(head) < 32:
        return False
    number, length = struct.unpack_from("<HI", head, 8)
    return number == 0 and struct.unpack_from("<HII", head, 22) == (0, length, 7)


def xml_root(head: bytes) -> str:
    """Return the name of the root element of an XML file without its prefix; ``""`` for no XML.

    Examples
    --------
    >>> xml_root(b'<?xml version="1.0"?> <!-- a trial --> <hl7:AnnotatedECG xmlns="urn:hl7-org">')
    'AnnotatedECG'
    """
    text = head.decode(_WIDE.get(head[:2], "latin-1"), errors="replace")
    place = len(text) - len(text.lstrip("\ufeff\u00ef\u00bb\u00bf \t\r\n"))
    while text.startswith(("<?", "<!"), place):
        end = next(end for start, end in _PROLOG if text.startswith(start, place))
        if text.startswith("<!DOCTYPE", place) and "[" in text[place:].partition(">")[0]:
            end = "]>"
        place = text.find(end, place) + len(end)
        if place < len(end):
            return ""
        place += len(text[place:]) - len(text[place:].lstrip())
    match = _ELEMENT.match(text, place)
    return match[1] if match else ""


def is_wfdb_header(head: bytes) -> bool:
    """Say whether a text is the header of a WFDB record, by its first two lines.

    The record line alone would not do: it could also be a row of a table.
    """
    if not is_text(head):
        return False
    lines = [line.strip() for line in head.decode("latin-1").splitlines()]
    first, second = [*[line for line in lines if line and not line.startswith("#")][:2], "", ""][:2]
    match = _RECORD_LINE.fullmatch(first)
    return match is not None and (bool(match["segments"]) or bool(_SIGNAL_LINE.fullmatch(second)))


def is_wfdb_annotation(head: bytes) -> bool:
    """Say whether a file holds WFDB annotations in the MIT format.

    The format is a list of 16-bit words whose upper six bits are a code: each code must be known,
    enough of them must be annotations, and a file shorter than `HEAD_BYTES` must end with a zero.
    """
    words = struct.unpack_from(f"<{len(head) // 2}H", head)
    place, codes = 0, Counter[int]()
    while place < len(words) and words[place]:
        code, value = divmod(words[place], 1024)
        codes[code] += 1
        place += {_AUX: (value + 1) // 2, _SKIP: 2}.get(code, 0) + 1
    n_marks = sum(n for code, n in codes.items() if 0 < code <= _LAST_MARK)
    if codes.keys() - {*range(1, _LAST_MARK + 1), _SKIP, _AUX, *_PLAIN}:
        return False
    ended = place == len(words) - 1 if len(head) < HEAD_BYTES else place >= len(words)
    return ended and n_marks * MARK_ENTRIES >= codes.total() > 0
