"""Tables whose columns are NumPy arrays: dataclasses with one row for each of the same things.

Beats, their inputs and their scores are such tables: each field is an array, and row i of every
field belongs to beat i.
"""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.data_files import OtherVersionError, read_arrays
from ecg_anomaly.files.errors import list_some

#: A dataclass all of whose fields are arrays, (n, ...), of equal length.
Table = TypeVar("Table")


def select_rows(table: Table, rows: NDArray[Any] | slice) -> Table:
    """Return a table with some rows of another one.

    Parameters
    ----------
    table : dataclass of (n, ...) arrays
        The table.
    rows : (n,) bool, (m,) int or slice
        The rows to take.
    """
    return type(table)(**{name: column[rows] for name, column in _columns(table).items()})


def concatenate_tables(tables: Sequence[Table]) -> Table:
    """Concatenate the rows of tables of one class, of which there must be one at least.

    A single table is returned as it is, and not copied.
    """
    first = tables[0]
    if len(tables) == 1:
        return first
    names = _columns(first)
    return type(first)(**{n: np.concatenate([getattr(t, n) for t in tables]) for n in names})


def write_array_table(path: str | Path, table: object) -> None:
    """Write a table as one npz file, each column under its name."""
    write_arrays(path, _columns(table))


def read_array_table(path: str | Path, kind: type[Table]) -> Table:
    """Read a table that `write_array_table` wrote.

    Parameters
    ----------
    path : str or Path
        The npz file.
    kind : type
        The dataclass of the table.

    Raises
    ------
    UserError
        When the file is absent or no npz file, or another version wrote it: it holds other
        columns, or columns of several lengths.
    """
    arrays = read_arrays(path)
    table = arrays.fill(kind)
    if len({array.shape[:1] for array in arrays.values()}) > 1:
        lengths = list_some(f"{name} {array.shape}" for name, array in arrays.items())
        raise OtherVersionError(path, f"has arrays of several lengths ({lengths})")
    return table


def _columns(table: object) -> dict[str, NDArray[Any]]:
    return {field.name: getattr(table, field.name) for field in fields(table)}  # type: ignore[arg-type]
