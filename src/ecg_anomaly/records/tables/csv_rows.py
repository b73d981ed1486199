"""Read the rows of a text table block by block, and explain a row that cannot be read."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.parquet_rows import Block, need_arrow, to_numpy
from ecg_anomaly.records.tables.table_layout import TableLayout, read_layout
from ecg_anomaly.records.tables.table_text import MISSING, cut_line, open_plain

#: Bytes of text that are read at a time.
BLOCK_BYTES = 1 << 20

#: Most lines that are searched for a bad row, and bytes at the end of a file that are looked at.
MAX_LINES, TAIL_BYTES = 20_000_000, 1 << 12

#: Characters of a field or line that an error shows.
MAX_SHOWN = 40


class CsvRows:
    """The rows of a text table, see `read_layout`.

    Parameters
    ----------
    path : Path
        The file. A field that is empty or one of `MISSING` is a sample that was not recorded, and
        so is an empty line in a table of a single column.

    Attributes
    ----------
    columns : tuple of Column
        In order.
    fs : float or None
        Sampling rate stated above the rows, Hz.
    cut_line : str
        The last line if the file ends within it, else ``""``; it is not read.

    Raises
    ------
    UserError
        When the file is no table of numbers.
    """

    def __init__(self, path: Path) -> None:
        need_arrow(path)
        self._path, self._layout = path, read_layout(path)
        self.columns, self.fs = self._layout.columns, self._layout.fs
        self.cut_line = ""

    def read(self, numbers: list[int], texts: list[int]) -> Iterator[Block]:
        """Yield blocks of rows with the given columns: those of numbers, then those of text."""
        from pyarrow import ArrowException, csv

        layout = self._layout
        try:
            with (
                open_plain(self._path, layout.encoding, layout.separator, layout.padded) as stream,
                csv.open_csv(stream, *self._options(numbers, texts)) as reader,
            ):
                for batch in reader:
                    yield [to_numpy(c) for c in batch.columns[: len(numbers)]] + [
                        *batch.columns[len(numbers) :]
                    ]
        except (ArrowException, OSError, ValueError) as error:
            raise explain_bad_row(self._path, layout, numbers, error) from error

    def _options(self, numbers: list[int], texts: list[int]) -> tuple[Any, Any, Any]:
        """Return the options with which Arrow reads, parses and converts the lines."""
        from pyarrow import csv, float64, string

        layout = self._layout
        names = [f"f{i}" for i in range(len(self.columns))]
        types = {names[i]: float64() for i in numbers} | {names[i]: string() for i in texts}
        return (
            csv.ReadOptions(
                block_size=BLOCK_BYTES,
                use_threads=False,
                skip_rows=layout.n_skipped,
                column_names=names,
                encoding="utf8",
            ),
            csv.ParseOptions(
                delimiter=layout.separator,
                quote_char=layout.quote,
                ignore_empty_lines=len(self.columns) > 1,
                invalid_row_handler=self._take_bad_row,
            ),
            csv.ConvertOptions(
                include_columns=list(types),
                column_types=types,
                null_values=list(MISSING),
                strings_can_be_null=True,
                decimal_point=layout.decimal,
            ),
        )

    def _take_bad_row(self, row: Any) -> str:
        """Skip a comment, and the last line if the file ends within it."""
        if row.text.lstrip().startswith("#") or not row.text.strip():
            return "skip"
        if row.actual_columns < row.expected_columns and ends_within_line(self._path, self._layout):
            if self.cut_line:
                return "error"
            self.cut_line = row.text[:40]
            return "skip"
        return "error"


def ends_within_line(path: Path, layout: TableLayout) -> bool:
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
        Error of the reader, which is reported where no such row is found.

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
