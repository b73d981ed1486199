"""Read the text of a table: find encoding, separator and quotes, and remove padding spaces."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecg_anomaly.files.errors import UserError

#: Bytes from which the layout is found, and bytes of lines that are converted at a time.
HEAD_BYTES, LINES_BYTES = 1 << 16, 1 << 22

#: Fields that stand for a sample that was not recorded.
MISSING = (
    "", "NaN", "nan", "NAN", "NA", "N/A", "n/a", "#N/A", "#NA", "#NV", "null", "NULL", "None",
    "none", "-", "--", "\u2013", "?", "*", ".", "x",
)  # fmt: skip

_ONE_NUMBER = re.compile(r"[-+]?\d+(,\d+)?(e[-+]?\d+)?", re.I)
#: Numbers with decimal commas and spaces between them.
_SPACED = re.compile(r"^[^,]*,\d+ +[-+]?\d+(,|$| )")


def cut_line(line: str, separator: str, quote: str) -> list[str]:
    """Split a line into its fields, without quotes and spaces around them."""
    if separator == " ":
        return [field.strip(quote) for field in line.split()]
    reader = csv.reader([line], delimiter=separator, quotechar=quote, skipinitialspace=True)
    return [field.strip().strip(quote) for field in next(reader, [])]


def read_text_head(path: Path) -> tuple[str, list[str]]:
    """Return the encoding of a text file and its first complete lines.

    Raises
    ------
    UserError
        When it cannot be read, or is no text with a number in it.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(HEAD_BYTES)
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
        raise UserError(path, rule, "check its permissions") from error
    encoding = _find_encoding(raw)
    text = raw.decode(encoding, errors="replace")
    lines = text.splitlines()
    if len(raw) == HEAD_BYTES and len(lines) > 1:
        lines = lines[:-1]
    if "\0" in text or not re.search("[0-9]", text) or max(map(len, lines)) >= HEAD_BYTES // 2:
        raise UserError(path, "first line is not text", "check the file's format")
    return encoding, lines


def _find_encoding(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # A character may be cut at the end.
        codecs.getincrementaldecoder("utf-8")().decode(raw)
    except UnicodeDecodeError:
        return "cp1252" if not re.search(rb"[\x81\x8d\x8f\x90\x9d]", raw) else "latin-1"
    return "utf-8-sig"


def find_separator(sample: list[str], lines: list[str]) -> tuple[str, str]:
    """Find the separator of fields, and the quote.

    Parameters
    ----------
    sample : list of str
        Lines that are certainly data.
    lines : list of str
        The first lines, in which quotes are counted.

    Returns
    -------
    tuple of (str, str)
        The separator, which most lines of data have equally often (a comma only if no other
        character does), and the quote.
    """
    text = "\n".join(lines[:20])
    quote = "'" if text.count("'") > text.count('"') else '"'
    if all(_ONE_NUMBER.fullmatch(x.strip()) for x in sample) and "," in "".join(sample):
        halves = [x.partition(",")[2] for x in sample]
        if any(len(half) > 1 and half.startswith("0") for half in halves):
            return ";", quote  # one column with decimal commas
    for separator in ("\t", ";", "|", ","):
        counts = [len(cut_line(line, separator, quote)) for line in sample]
        usual = max(counts, key=counts.count)
        if usual > 1 and counts.count(usual) >= 0.9 * len(counts):
            spaced = all(_SPACED.search(line) for line in sample) and separator == ","
            return (" " if spaced else separator), quote
    if sum(len(line.split()) > 1 for line in sample) >= 0.9 * len(sample):
        return " ", quote
    return ",", quote


@contextmanager
def open_plain(path: Path, encoding: str, separator: str, padded: bool) -> Iterator[Any]:
    """Open a table for Arrow: the file itself, or a stream that converts it on the fly.

    Parameters
    ----------
    path : Path
        The table.
    encoding, separator : str
        Its encoding, and its separator; ``" "`` for any number of spaces.
    padded : bool
        Whether there are spaces beside the separators.

    Yields
    ------
    Path or binary stream
        UTF-8 without spaces beside separators, and one space where spaces separate.
    """
    if separator != " " and not padded and encoding == "utf-8-sig":
        yield path  # faster than through a stream
        return
    with path.open(encoding=encoding, errors="replace") as text:
        yield io.BufferedReader(_PlainText(text, separator))


class _PlainText(io.RawIOBase):
    """A text file as UTF-8, without spaces beside separators or with single spaces as separator."""

    def __init__(self, stream: io.TextIOWrapper, separator: str) -> None:
        self._stream, self._left = stream, b""
        self._pattern = re.compile(rf"(?m)^ +| +$| *({re.escape(separator)}) *")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            text = "".join(self._stream.readlines(LINES_BYTES))
            self._left = self._pattern.sub(r"\1", text).encode()
        n = min(len(buffer), len(self._left))
        buffer[:n], self._left = self._left[:n], self._left[n:]
        return n
