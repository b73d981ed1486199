"""Rows of a CSV file, block by block."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.column_names import lead_columns

#: Bytes of text that are read at a time.
BLOCK_BYTES = 1 << 22

#: The first line is not longer.
MAX_LINE_BYTES = 1 << 16


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
            raise UserError(self._path, _rule(error), "write numbers only") from error


def _rule(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"not a table of numbers ({text[:200]})"


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
