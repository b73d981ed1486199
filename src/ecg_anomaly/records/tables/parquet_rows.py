"""Rows of a Parquet file, block by block."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.column_names import lead_columns

#: Rows that are read at a time.
BLOCK_ROWS = 1 << 17


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
        When it is no Parquet file, or a column of a lead is not one of numbers.
    """

    def __init__(self, path: Path) -> None:
        from pyarrow import ArrowException, types
        from pyarrow.parquet import ParquetFile

        self._path = path
        try:
            self._file = ParquetFile(path, memory_map=False)
            schema = self._file.schema_arrow
        except (ArrowException, OSError, ValueError) as error:
            raise UserError(path, _rule(error), "restore the file from its source") from error
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
            for batch in self._file.iter_batches(
                BLOCK_ROWS, columns=self._names, use_threads=False
            ):
                columns = [
                    batch.column(name).to_numpy(zero_copy_only=False) for name in self._names
                ]
                yield np.column_stack(columns).astype(np.float64)
        except (ArrowException, OSError, ValueError) as error:
            raise UserError(self._path, _rule(error), "restore the file") from error


def _rule(error: Exception) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"not a readable Parquet file ({text[:200]})"
