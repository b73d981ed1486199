"""Read the rows of a Parquet file block by block."""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.records.recognition import PARQUET_MARK, is_text, read_head
from ecg_anomaly.records.stored_values import RESTORE, file_size, read_bytes
from ecg_anomaly.records.tables.table_columns import MAX_COLUMNS, Column, read_column

#: Numbers, of all columns together, that are read at a time.
BLOCK_NUMBERS = 1 << 18

#: Largest metadata at the end of a file, bytes; in memory they take several times that.
MAX_FOOTER_BYTES = 1 << 23

#: Bytes of a column that are held at a time.
BUFFER_BYTES = 1 << 16

#: A block of rows: numbers as float64, NaN where missing, and what is text as an Arrow array.
Block = list[Any]


def need_arrow(path: Path) -> None:
    """Check that pyarrow is installed, which is optional because it is large.

    Raises
    ------
    UserError
        When it is not; the error names the package.
    """
    if find_spec("pyarrow") is None:
        raise missing_package(path, "a table", "pyarrow")


def is_parquet(path: Path) -> bool:
    """Say whether a file is Parquet by its first bytes, or by its ending if it is no text.

    Parameters
    ----------
    path : Path
        A file that can be opened.
    """
    head = read_head(path)
    return head.startswith(PARQUET_MARK) or (
        path.suffix.lower() == ".parquet" and not is_text(head)
    )


class ParquetRows:
    """The rows of a Parquet file.

    Parameters
    ----------
    path : Path
        The file. Columns of integers or floats may be leads; null is a sample that was not
        recorded.

    Attributes
    ----------
    columns, fs, cut_line
        As those of `CsvRows`; `fs` is None and `cut_line` is ``""``.

    Raises
    ------
    UserError
        When it is no Parquet file, or its metadata are too large.
    """

    fs: float | None = None
    cut_line = ""

    def __init__(self, path: Path) -> None:
        need_arrow(path)
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
        """Yield blocks of rows with the given columns: those of numbers, then of times or text."""
        from pyarrow import ArrowException

        names = [self._names[i] for i in (*numbers, *texts)]
        try:
            rows = max(1, BLOCK_NUMBERS // len(names))
            for batch in self._file.iter_batches(rows, columns=names, use_threads=False):
                columns = [batch.column(name) for name in names]
                yield [to_numpy(c) for c in columns[: len(numbers)]] + columns[len(numbers) :]
        except (ArrowException, OSError, ValueError) as error:
            raise _unreadable(self._path, error) from error


def _check_footer(path: Path) -> None:
    """Refuse metadata of more than `MAX_FOOTER_BYTES` before they are read.

    A Parquet file ends with its metadata, their length in four bytes, and four letters.
    """
    end = read_bytes(path, max(0, file_size(path) - 8), min(8, file_size(path))).tobytes()
    n_bytes = int.from_bytes(end[:4], "little")
    if end[4:] in (b"PAR1", b"PARE") and n_bytes > MAX_FOOTER_BYTES:
        rule = f"{n_bytes} bytes describe its columns, more than {MAX_FOOTER_BYTES}"
        raise UserError(path, rule, "write it with the columns of the leads alone, in fewer groups")


def to_numpy(column: Any) -> NDArray[np.float64]:
    """Convert an Arrow array of numbers to float64, NaN for null."""
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _unreadable(path: Path, error: Exception) -> UserError:
    if isinstance(error, OSError) and error.errno:
        return UserError(path, f"cannot be read ({os.strerror(error.errno)})", "check the file")
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return UserError(path, f"not a readable Parquet file ({text[:80]})", RESTORE)
