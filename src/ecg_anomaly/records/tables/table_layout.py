"""Find out how a text table is written: encoding, separator, decimal sign, names, units.

Spreadsheets and recorders write tables in many ways. The end of the first kilobytes is surely data,
so it is looked at first; the names are what stands above the first line like it.
"""

import codecs
import csv
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.table_columns import HOLDS_TIMES, Column, is_unit, read_column

#: Bytes that are looked at, and lines of data among them.
HEAD_BYTES, SAMPLE_LINES = 1 << 16, 200

#: More columns are no ECG.
MAX_COLUMNS = 512

#: What stands for a sample that was not recorded.
MISSING = (
    "", "NaN", "nan", "NAN", "NA", "N/A", "n/a", "#N/A", "#NA", "#NV", "null", "NULL", "None",
    "none", "-", "--", "\u2013", "?", "*", ".", "x",
)  # fmt: skip

_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?|[-+]?inf(inity)?", re.I)
_CLOCK = re.compile(r"\W*(\d{4}-\d\d-\d\d[T ]|[\d/.-]+[ ,T]+)?(\d+:)?\d{1,2}:\d\d([.,:]\d+)?.*")
_ONE_NUMBER = re.compile(r"[-+]?\d+(,\d+)?(e[-+]?\d+)?", re.I)
#: Numbers with decimal commas and spaces between them.
_SPACED = re.compile(r"^[^,]*,\d+ +[-+]?\d+(,|$| )")
_RATE = re.compile(
    r"(sampl\w*[\s_-]*(rate|freq\w*)|abtast\w+|frequen\w+|\bfs)\W+(?P<hz>\d+([.,]\d+)?)", re.I
)
_UNIT = re.compile(r"\b(units?|einheit)\W+(?P<unit>[^\s,;\"]+)", re.I)
_LEAD = re.compile(r"^\W*(lead|ableitung)\W+(?P<lead>[^,;\"\n]+)", re.I | re.M)


@dataclass(frozen=True)
class TableLayout:
    """How a table is written.

    Attributes
    ----------
    encoding : str
        Python's name of it.
    separator, quote : str
        One character each; `separator` is ``" "`` for any number of spaces.
    decimal : str
        ``"."`` or ``","``.
    n_skipped : int
        Lines above the first line of data.
    columns : tuple of Column
        In order.
    fs : float or None
        Sampling rate stated above the data, Hz.
    padded : bool
        Whether there are spaces beside the separators.
    """

    encoding: str
    separator: str
    quote: str
    decimal: str
    n_skipped: int
    columns: tuple[Column, ...]
    fs: float | None = None
    padded: bool = False


def read_layout(path: Path) -> TableLayout:
    """Find out how the table `path` is written.

    Raises
    ------
    UserError
        When the file is no text, holds no row of numbers, or has too many columns.
    """
    encoding, lines = _read_head(path)
    sample = [line for line in lines[-SAMPLE_LINES:] if line.strip()]
    separator, quote = _find_separator(sample[len(sample) // 2 :], lines)
    rows = [cut_line(line, separator, quote) for line in lines]
    width = _usual_width(rows[-SAMPLE_LINES:])
    if width > MAX_COLUMNS:
        raise UserError(path, f"{width} columns", "leave only the leads")
    tail = [row for row in rows[-SAMPLE_LINES:] if len(row) == width]
    tail = tail[len(tail) // 2 :]
    numeric = [i for i in range(width) if any(_NUMBER.fullmatch(row[i]) for row in tail)]
    first = next((i for i, row in enumerate(rows) if _is_data(row, width, numeric)), None)
    if first is None:
        rule = f"no row of numbers, line {len(lines)} is {lines[-1][:40]!r}"
        raise UserError(path, rule, "write a line of names and a line of numbers per sample")
    while width > 1 and first and len(rows[first - 1]) == width and not any(rows[first - 1]):
        first -= 1  # nothing was recorded at first
    if not first and _are_places(rows[0], rows[1:], width):
        first = 1
    names, units, above = _find_names(rows[:first], width)
    preamble = "\n".join(lines[:above])
    fields = [row[i] for row in tail for i in numeric]
    columns = _columns(names, units, preamble, rows[first:], set(numeric))
    return TableLayout(
        encoding=encoding,
        separator=separator,
        quote=quote,
        decimal="," if any("," in x for x in fields) and not any("." in x for x in fields) else ".",
        n_skipped=first,
        columns=columns,
        padded=separator != " "
        and any(f"{separator} " in x or f" {separator}" in x for x in sample),
        fs=float(match["hz"].replace(",", ".")) if (match := _RATE.search(preamble)) else None,
    )


def cut_line(line: str, separator: str, quote: str) -> list[str]:
    """Cut a line into its fields, without quotes and spaces around them."""
    if separator == " ":
        return [field.strip(quote) for field in line.split()]
    reader = csv.reader([line], delimiter=separator, quotechar=quote, skipinitialspace=True)
    return [field.strip().strip(quote) for field in next(reader, [])]


def _read_head(path: Path) -> tuple[str, list[str]]:
    """Return the encoding and the first lines, none of them cut."""
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


def _find_separator(sample: list[str], lines: list[str]) -> tuple[str, str]:
    """Take the character that all lines have equally often; a comma only if no other is."""
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


def _usual_width(rows: list[list[str]]) -> int:
    widths = [len(row) for row in rows if row]
    return max(widths, key=widths.count)


def _is_data(row: list[str], width: int, numeric: list[int]) -> bool:
    """Say whether a row holds numbers, or nothing, wherever the last rows hold numbers."""
    if len(row) != width:
        return False
    fields = [row[i] for i in numeric]
    return bool(fields) and all(x in MISSING or _NUMBER.fullmatch(x) for x in fields) and any(row)


def _are_places(row: list[str], rows: list[list[str]], width: int) -> bool:
    """Say whether a row only numbers the columns, as the names that a program makes up."""
    if not all(field in ("", str(i), str(i - 1)) for i, field in enumerate(row)):
        return False
    named = [i for i in range(width) if row[i]]
    fractions = [any("." in other[i] for other in rows if len(other) == width) for i in named]
    return bool(named) and any(fractions)


def _find_names(above: list[list[str]], width: int) -> tuple[list[str], list[str], int]:
    """Return the names, the units, and how many lines stand above them."""
    filled = [i for i, row in enumerate(above) if any(row)]
    units: list[str] = []
    if len(filled) > 1 and _are_units(above[filled[-1]]):
        units = above[filled.pop()]
    if not filled or (width == 1 and len(above[filled[-1]]) > 1):
        return [], units, len(above)  # no names: what stands there is said of the recording
    names = [re.sub(r"^[#%]+\s*(?=\S)", "", name) for name in above[filled[-1]]]
    if len(names) == width - 1:  # R writes no name above the numbers of the rows
        names, units = ["index", *names], ["", *units] if units else []
    return names, units, filled[-1]


def _are_units(row: list[str]) -> bool:
    fields = [field for field in row if field]
    return bool(fields) and all(map(is_unit, fields))


def _columns(
    names: list[str], units: list[str], preamble: str, rows: list[list[str]], readable: set[int]
) -> tuple[Column, ...]:
    width = _usual_width(rows)
    stated, lead = _UNIT.search(preamble), _LEAD.search(preamble)
    columns = []
    for i in range(width):
        name = names[i] if i < len(names) else ""
        if not names:
            name = lead["lead"].strip() if lead and width == 1 else f"column {i + 1}"
        unit = units[i] if i < len(units) else ""
        column = read_column(i, name, unit, _find_fault(rows, i, readable))
        if not column.unit and stated and not column.tells_time:
            column = read_column(i, name, stated["unit"], column.fault)
        columns.append(column)
    return tuple(columns)


def _find_fault(rows: list[list[str]], column: int, readable: set[int]) -> str:
    """Say why a column is no lead: it holds text, or only counts."""
    fields = [row[column] for row in rows if len(row) > column]
    if column not in readable and any(field not in MISSING for field in fields[:SAMPLE_LINES]):
        timed = any(_CLOCK.fullmatch(field) for field in fields[:SAMPLE_LINES])
        return HOLDS_TIMES if timed else "holds text"
    try:
        values = [float(x.replace(",", ".")) for x in fields[:SAMPLE_LINES]]
    except ValueError:
        return ""
    steps = {round(b - a, 9) for a, b in pairwise(values)}
    return "only counts" if len(values) > 10 and len(steps) == 1 and steps != {0.0} else ""
