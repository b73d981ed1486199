"""Read the rows of a CSV or Parquet file block by block."""

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE, file_size, read_bytes
from ecg_anomaly.records.tables.bad_row import explain_bad_row, is_cut_off
from ecg_anomaly.records.tables.table_columns import Column, read_column
from ecg_anomaly.records.tables.table_layout import MAX_COLUMNS, MISSING, TableLayout, read_layout

#: Bytes of text of a CSV file, and numbers of a Parquet file, that are read at a time.
BLOCK_BYTES, BLOCK_NUMBERS = 1 << 22, 1 << 18

#: Largest description at the end of a Parquet file, bytes; in memory it takes several times that.
MAX_FOOTER_BYTES = 1 << 23

#: Bytes of a column of a Parquet file that are held at a time.
BUFFER_BYTES = 1 << 16

#: A block of rows: numbers as float64, NaN where missing, and what is text as an Arrow array.
Block = list[Any]


class CsvRows:
    """A text table, see `read_layout`.

    Parameters
    ----------
    path : Path
        The file. A field that is empty or a word for it is a sample that was not recorded, and so
        is an empty line under a single column.

    Attributes
    ----------
    columns : tuple of Column
        In order.
    fs : float or None
        Sampling rate stated above the rows, Hz.
    cut_line : str
        The last line, if the file ends within it; it is not read.

    Raises
    ------
    UserError
        When the file is no table of numbers.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._layout = path, read_layout(path)
        self.columns, self.fs = self._layout.columns, self._layout.fs
        self.cut_line = ""

    def read(self, numbers: list[int], texts: list[int]) -> Iterator[Block]:
        """Yield blocks of the given columns: those of numbers, then those of text."""
        from pyarrow import ArrowException, csv, float64, string

        layout = self._layout
        names = [f"f{i}" for i in range(len(self.columns))]
        types = {names[i]: float64() for i in numbers} | {names[i]: string() for i in texts}
        alone = len(self.columns) == 1
        try:
            with (
                _open_text(self._path, layout) as stream,
                csv.open_csv(
                    stream,
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
                        ignore_empty_lines=not alone,
                        invalid_row_handler=self._take_bad_row,
                    ),
                    csv.ConvertOptions(
                        include_columns=list(types),
                        column_types=types,
                        null_values=list(MISSING),
                        strings_can_be_null=True,
                        decimal_point=layout.decimal,
                    ),
                ) as reader,
            ):
                for batch in reader:
                    yield [_to_numpy(c) for c in batch.columns[: len(numbers)]] + [
                        *batch.columns[len(numbers) :]
                    ]
        except (ArrowException, OSError, ValueError) as error:
            raise explain_bad_row(self._path, layout, numbers, error) from error

    def _take_bad_row(self, row: Any) -> str:
        """Skip a comment, and the last line if the file ends within it."""
        if row.text.lstrip().startswith("#") or not row.text.strip():
            return "skip"
        if row.actual_columns < row.expected_columns and is_cut_off(self._path, self._layout):
            if self.cut_line:
                return "error"
            self.cut_line = row.text[:40]
            return "skip"
        return "error"


class _PlainText(io.RawIOBase):
    """A text file as UTF-8 without spaces beside separators, and one where spaces separate."""

    def __init__(self, stream: io.TextIOWrapper, separator: str) -> None:
        self._stream, self._left = stream, b""
        self._pattern = re.compile(rf"(?m)^ +| +$| *({re.escape(separator)}) *")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            text = "".join(self._stream.readlines(BLOCK_BYTES))
            self._left = self._pattern.sub(r"\1", text).encode()
        n = min(len(buffer), len(self._left))
        buffer[:n], self._left = self._left[:n], self._left[n:]
        return n


@contextmanager
def _open_text(path: Path, layout: TableLayout) -> Iterator[Any]:
    if layout.separator != " " and not layout.padded and layout.encoding == "utf-8-sig":
        yield path  # the quick way
        return
    with path.open(encoding=layout.encoding, errors="replace") as text:
        yield io.BufferedReader(_PlainText(text, layout.separator))


class ParquetRows:
    """A Parquet file.

    Parameters
    ----------
    path : Path
        Columns of whole or floating numbers may be leads; null is a sample that was not recorded.

    Attributes
    ----------
    columns, fs, cut_line
        As for `CsvRows`; the file states no rate and cannot end within a line.

    Raises
    ------
    UserError
        When it is no Parquet file, or its description is too large.
    """

    fs: float | None = None
    cut_line = ""

    def __init__(self, path: Path) -> None:
        from pyarrow import ArrowException, types
        from pyarrow.parquet import ParquetFile

        self._path = path
        _check_footer(path)
        try:
            self._file = ParquetFile(path, memory_map=False, buffer_size=BUFFER_BYTES)
            schema = self._file.schema_arrow
        except (ArrowException, OSError, ValueError) as error:
            raise _unreadable(path, error) from error
        if len(schema.names) > MAX_COLUMNS:
            raise UserError(path, f"{len(schema.names)} columns", "leave only the leads")
        columns: list[Column] = []
        for i, name in enumerate(schema.names):
            kind = schema.field(i).type
            number = types.is_integer(kind) or types.is_floating(kind)
            fault = "" if number else f"column is {kind}, not numbers"
            column = read_column(i, re.sub("__index_level_.*", "index", name), fault=fault)
            columns.append(
                Column(i, column.name, "ns" if types.is_timestamp(kind) else column.unit, fault)
            )
        self.columns, self._names = tuple(columns), schema.names

    def read(self, numbers: list[int], texts: list[int]) -> Iterator[Block]:
        """Yield blocks of the given columns: those of numbers, then those of time or text."""
        from pyarrow import ArrowException

        names = [self._names[i] for i in (*numbers, *texts)]
        try:
            rows = max(1, BLOCK_NUMBERS // len(names))
            for batch in self._file.iter_batches(rows, columns=names, use_threads=False):
                columns = [batch.column(name) for name in names]
                yield [_to_numpy(c) for c in columns[: len(numbers)]] + columns[len(numbers) :]
        except (ArrowException, OSError, ValueError) as error:
            raise _unreadable(self._path, error) from error


def _check_footer(path: Path) -> None:
    """Refuse a description of more than `MAX_FOOTER_BYTES` before it is read.

    A Parquet file ends with its description, the length of that in four bytes, and four letters.
    """
    end = read_bytes(path, max(0, file_size(path) - 8), min(8, file_size(path))).tobytes()
    n_bytes = int.from_bytes(end[:4], "little")
    if end[4:] in (b"PAR1", b"PARE") and n_bytes > MAX_FOOTER_BYTES:
        rule = f"{n_bytes} bytes describe its columns, more than {MAX_FOOTER_BYTES}"
        raise UserError(path, rule, "write it with the columns of the leads alone, in fewer groups")


def _to_numpy(column: Any) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, OSError) and error.errno:
        return UserError(path, f"cannot be read ({os.strerror(error.errno)})", "check the file")
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(path, f"not a readable Parquet file ({text[:80]})", RESTORE)
