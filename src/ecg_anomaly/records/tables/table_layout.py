"""Find the layout of a text table: encoding, separator, decimal sign, first row, names, units.

Spreadsheets and recorders write tables in many ways. The last lines of the first kilobytes are
almost certainly data, so they are analysed first; the names are above the first line like them.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.table_columns import (
    MAX_COLUMNS,
    Column,
    find_fault,
    is_unit,
    read_column,
)
from ecg_anomaly.records.tables.table_text import (
    MISSING,
    cut_line,
    find_separator,
    read_text_head,
)

#: Lines of data that are analysed.
SAMPLE_LINES = 200

_NUMBER = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)(e[-+]?\d+)?|[-+]?inf(inity)?", re.I)
_RATE = re.compile(
    r"(sampl\w*[\s_-]*(rate|freq\w*)|abtast\w+|frequen\w+|\bfs)\W+(?P<hz>\d+([.,]\d+)?)", re.I
)
_UNIT = re.compile(r"\b(units?|einheit)\W+(?P<unit>[^\s,;\"]+)", re.I)
_LEAD = re.compile(r"^\W*(lead|ableitung)\W+(?P<lead>[^,;\"\n]+)", re.I | re.M)


@dataclass(frozen=True)
class TableLayout:
    """The layout of a text table.

    Attributes
    ----------
    encoding : str
        Encoding by its name in Python.
    separator, quote : str
        One character each; `separator` is ``" "`` for any number of spaces.
    decimal : str
        ``"."`` or ``","``.
    n_skipped : int
        Lines above the first line of data.
    columns : tuple of Column
        In order.
    fs : float or None
        Sampling rate stated above the data, in Hz.
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
    """Find the layout of the table `path`.

    Raises
    ------
    UserError
        When the file is no text, holds no row of numbers, or has too many columns.
    """
    encoding, lines = read_text_head(path)
    sample = [line for line in lines[-SAMPLE_LINES:] if line.strip()]
    separator, quote = find_separator(sample[len(sample) // 2 :], lines)
    rows = [cut_line(line, separator, quote) for line in lines]
    width = _usual_width(rows[-SAMPLE_LINES:])
    if width > MAX_COLUMNS:
        raise UserError(path, f"{width} columns", "leave only the leads")
    tail = [row for row in rows[-SAMPLE_LINES:] if len(row) == width]
    tail = tail[len(tail) // 2 :]
    numeric = [i for i in range(width) if any(_NUMBER.fullmatch(row[i]) for row in tail)]
    first = _find_first_row(rows, width, numeric)
    if first is None:
        rule = f"no row of numbers, line {len(lines)} is {lines[-1][:40]!r}"
        raise UserError(path, rule, "write a line of names and a line of numbers per sample")
    if separator == " ":
        rows[:first] = [_cut_wide(*pair, width) for pair in zip(lines, rows[:first], strict=False)]
    names, units, above = _find_names(rows[:first], width)
    if separator == " " and len(names) > width:
        rule = f"{len(names)} names, of which {names[0][:20]!r} is the first, for {width} columns"
        raise UserError(path, rule, "write names without spaces, or commas between the columns")
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


def _usual_width(rows: list[list[str]]) -> int:
    widths = [len(row) for row in rows if row]
    return max(widths, key=widths.count)


def _find_first_row(rows: list[list[str]], width: int, numeric: list[int]) -> int | None:
    first = next((i for i, row in enumerate(rows) if _is_data(row, width, numeric)), None)
    if first is None:
        return None
    while width > 1 and first and len(rows[first - 1]) == width and not any(rows[first - 1]):
        first -= 1  # rows of empty fields: nothing was recorded at first
    return 1 if not first and _are_places(rows[0], rows[1:], width) else first


def _is_data(row: list[str], width: int, numeric: list[int]) -> bool:
    """Say whether a row holds numbers, or empty fields, wherever the last rows hold numbers."""
    if len(row) != width:
        return False
    fields = [row[i] for i in numeric]
    return bool(fields) and all(x in MISSING or _NUMBER.fullmatch(x) for x in fields) and any(row)


def _are_places(row: list[str], rows: list[list[str]], width: int) -> bool:
    """Say whether a row only numbers the columns, as programs do that know no names."""
    if not all(field in ("", str(i), str(i - 1)) for i, field in enumerate(row)):
        return False
    named = [i for i in range(width) if row[i]]
    fractions = [any("." in other[i] for other in rows if len(other) == width) for i in named]
    return bool(named) and any(fractions)


def _cut_wide(line: str, row: list[str], width: int) -> list[str]:
    """Split a line of names at two or more spaces, if it has more words than there are columns.

    Names may then hold single spaces (``Elapsed time``).
    """
    wide = re.split(r"\s{2,}", line.strip()) if len(row) > width else []
    return wide if len(wide) == width else row


def _find_names(above: list[list[str]], width: int) -> tuple[list[str], list[str], int]:
    """Return the names, the units, and the number of lines above the names."""
    filled = [i for i, row in enumerate(above) if any(row)]
    units: list[str] = []
    if len(filled) > 1 and _are_units(above[filled[-1]]):
        units = above[filled.pop()]
    if not filled or (width == 1 and len(above[filled[-1]]) > 1):
        return [], units, len(above)  # no names: these lines describe the recording
    names = [re.sub(r"^[#%]+\s*(?=\S)", "", name) for name in above[filled[-1]]]
    if len(names) == width - 1:  # R writes no name above the row numbers
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
        first = [row[i] for row in rows if len(row) > i][:SAMPLE_LINES]
        column = read_column(i, name, unit, find_fault(first, i in readable))
        if not column.unit and stated and not column.tells_time:
            column = read_column(i, name, stated["unit"], column.fault)
        columns.append(column)
    return tuple(columns)
