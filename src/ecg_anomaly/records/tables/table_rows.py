"""Read the rows of a CSV or Parquet file block by block."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE, check_lead_count, file_size, read_bytes

#: Bytes of text of a CSV file, and numbers of a Parquet file, that are read at a time.
BLOCK_BYTES, BLOCK_NUMBERS = 1 << 22, 1 << 18

#: Largest description at the end of a Parquet file, bytes; in memory it takes several times that.
MAX_FOOTER_BYTES = 1 << 23

#: Bytes of a column of a Parquet file that are held at a time.
BUFFER_BYTES = 1 << 16

#: Longest first line of a CSV file, bytes.
MAX_LINE_BYTES = 1 << 16

#: Columns that count: they are no lead.
_COUNTING = re.compile(
    r"(time|t|seconds?|timestamps?|samples?|index|unnamed:|n|#)([ _(\[].*)?", re.I
)

#: More columns are no ECG.
MAX_COLUMNS = 512


class CsvRows:
    """A CSV file with the names of the leads in its first line.

    Parameters
    ----------
    path : Path
        Fields are separated by commas, semicolons or tabs, whichever the first line has. An empty
        field is a sample that was not recorded, and so is an empty line under a single lead.

    Attributes
    ----------
    leads : tuple of str
        Names of the columns that are leads.

    Raises
    ------
    UserError
        When the first line holds no names.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        first = _first_line(path)
        self._separator = max(",;\t", key=first.count)
        names = [name.strip().strip('"') for name in first.split(self._separator)]
        self._names = names
        self._columns = lead_columns(path, names)
        self.leads = tuple(self._columns.values())

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        """Yield blocks of rows, (n, n_leads) float64, NaN where a field is empty."""
        from pyarrow import ArrowException, csv, float64

        keys = [f"f{i}" for i in self._columns]
        try:
            with csv.open_csv(
                self._path,
                csv.ReadOptions(
                    block_size=BLOCK_BYTES,
                    use_threads=False,
                    skip_rows=1,
                    column_names=[f"f{i}" for i in range(len(self._names))],
                ),
                csv.ParseOptions(delimiter=self._separator, ignore_empty_lines=False),
                csv.ConvertOptions(
                    include_columns=keys,
                    column_types=dict.fromkeys(keys, float64()),
                    null_values=["", "NaN", "nan", "NA", "null"],
                    strings_can_be_null=True,
                ),
            ) as reader:
                for batch in reader:
                    columns = [c.to_numpy(zero_copy_only=False) for c in batch.columns]
                    yield np.column_stack(columns)
        except (ArrowException, OSError, ValueError) as error:
            raise UserError(
                self._path, _say("table of numbers", error), "write numbers only"
            ) from error


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            raw = stream.readline(MAX_LINE_BYTES)
        return raw.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UserError(path, "first line is not text", "check the file's format") from error
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
        raise UserError(path, rule, "check its permissions") from error


class ParquetRows:
    """A Parquet file whose columns are leads.

    Parameters
    ----------
    path : Path
        Columns of whole or floating numbers; null is a sample that was not recorded.

    Attributes
    ----------
    leads : tuple of str
        Names of the columns that are leads.

    Raises
    ------
    UserError
        When it is no Parquet file, its description is too large, or a column of a lead is not one
        of numbers.
    """

    def __init__(self, path: Path) -> None:
        from pyarrow import ArrowException, types
        from pyarrow.parquet import ParquetFile

        self._path = path
        _check_footer(path)
        try:
            self._file = ParquetFile(path, memory_map=False, buffer_size=BUFFER_BYTES)
            schema = self._file.schema_arrow
        except (ArrowException, OSError, ValueError) as error:
            raise UserError(path, _say("readable Parquet file", error), RESTORE) from error
        columns = lead_columns(path, list(schema.names))
        for i, name in columns.items():
            kind = schema.field(i).type
            if not (types.is_integer(kind) or types.is_floating(kind)):
                raise UserError(path, f"column {name!r} is {kind}, not numbers", "convert it")
        self._names = [schema.names[i] for i in columns]
        self.leads = tuple(columns.values())

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        """Yield blocks of rows, (n, n_leads) float64, NaN where nothing is stored."""
        from pyarrow import ArrowException

        try:
            rows = max(1, BLOCK_NUMBERS // len(self._names))
            for batch in self._file.iter_batches(rows, columns=self._names, use_threads=False):
                columns = [
                    batch.column(name).to_numpy(zero_copy_only=False) for name in self._names
                ]
                yield np.column_stack(columns).astype(np.float64)
        except (ArrowException, OSError, ValueError) as error:
            raise UserError(self._path, _say("readable Parquet file", error), RESTORE) from error


def _check_footer(path: Path) -> None:
    """Refuse a description of more than `MAX_FOOTER_BYTES` before it is read.

    A Parquet file ends with its description, the length of that in four bytes, and four letters.
    """
    end = read_bytes(path, max(0, file_size(path) - 8), min(8, file_size(path))).tobytes()
    n_bytes = int.from_bytes(end[:4], "little")
    if end[4:] in (b"PAR1", b"PARE") and n_bytes > MAX_FOOTER_BYTES:
        rule = f"{n_bytes} bytes describe its columns, more than {MAX_FOOTER_BYTES}"
        raise UserError(path, rule, "write it with the columns of the leads alone, in fewer groups")


def lead_columns(path: Path, names: list[str]) -> dict[int, str]:
    """Place and name of each column that is a lead.

    Raises
    ------
    UserError
        When a name is a number, so that the first line is not one of names, or comes twice.
    """
    names = [name.strip() for name in names]
    if len(names) > MAX_COLUMNS:
        raise UserError(path, f"{len(names)} columns", "leave only the leads")
    numbers = [name for name in names if re.fullmatch(r"[-+\d.eE]*\d[-+\d.eE]*", name)]
    if numbers:
        rule = f"first line has the number {numbers[0][:40]!r} where a lead is named"
        raise UserError(path, rule, "write the names of the leads into the first line")
    leads = {i: x for i, x in enumerate(names) if x and not _COUNTING.fullmatch(x)}
    check_lead_count(path, len(leads))
    twice = [name for name in leads.values() if list(leads.values()).count(name) > 1]
    if twice:
        raise UserError(path, f"two columns are named {twice[0]!r}", "give each lead its name")
    return leads


def _say(what: str, error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"not a {what} ({text[:80]})"
