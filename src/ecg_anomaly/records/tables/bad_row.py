"""Explain why a row of a text table cannot be read: which line, and what stands there."""

import re
from itertools import islice
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.table_layout import MISSING, TableLayout, cut_line

#: Lines that are searched for the bad one at most, and bytes at the end that are looked at.
MAX_LINES, TAIL_BYTES = 20_000_000, 1 << 12

#: How much of a field or line is shown.
MAX_SHOWN = 40


def is_cut_off(path: Path, layout: TableLayout) -> bool:
    """Say whether a file ends within a line: no line end, and fewer fields than the others."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - TAIL_BYTES))
        tail = stream.read().decode(layout.encoding.removesuffix("-sig"), errors="replace")
    if tail.endswith(("\n", "\r")):
        return False
    return len(cut_line(tail.splitlines()[-1], layout.separator, layout.quote)) < len(
        layout.columns
    )


def explain_bad_row(
    path: Path, layout: TableLayout, numbers: list[int], error: Exception
) -> UserError:
    """Find the first row that cannot be read.

    Parameters
    ----------
    path : Path
        The table.
    layout : TableLayout
        How it is written.
    numbers : list of int
        Columns that must hold numbers.
    error : Exception
        What the reader said; told where no such row is found.

    Returns
    -------
    UserError
    """
    try:
        with path.open(encoding=layout.encoding, errors="replace") as stream:
            lines = islice(enumerate(stream, start=1), layout.n_skipped, MAX_LINES)
            for number, line in lines:
                if rule := _find_fault(line.rstrip("\r\n"), layout, numbers):
                    return UserError(path, f"line {number} {rule}", "correct the line")
    except OSError as failed:
        rule = f"cannot be read ({failed.strerror})"
        return UserError(path, rule, "check its permissions")
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(path, f"not a table of numbers ({text[:80]})", "write numbers only")


def _find_fault(line: str, layout: TableLayout, numbers: list[int]) -> str:
    if not line.strip() or line.lstrip().startswith("#"):
        return ""
    fields = cut_line(line, layout.separator, layout.quote)
    if len(fields) != len(layout.columns):
        expected = f"{len(layout.columns)} as in the others"
        return f"has {len(fields)} fields, not {expected}: {line[:MAX_SHOWN]!r}"
    for i in numbers:
        if fields[i] not in MISSING and not _is_number(fields[i], layout.decimal):
            shown, name = fields[i][:MAX_SHOWN], layout.columns[i].name[:MAX_SHOWN]
            return f"has {shown!r} under {name!r}, where a number or nothing belongs"
    return ""


def _is_number(text: str, decimal: str) -> bool:
    if re.search(r"[_\s]", text):
        return False
    try:
        float(text.replace(decimal, "."))
    except ValueError:
        return False
    return decimal == "." or "." not in text
