"""Compare the tables of two runs over the same archive: what is missing, there twice, or other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

#: Columns that say when and how fast, and so differ from run to run.
DIFFER = ["seconds", "scored_at"]


@dataclass(frozen=True)
class TableDifference:
    """How a table differs from the expected one.

    Attributes
    ----------
    expected, found : int
        Rows of recordings.
    missing, twice : int
        Recordings without a row, and rows too many.
    other : int
        Recordings whose row is not the expected one.
    same_beats : bool
        Whether the rows of beats are the expected ones, in number and content.
    """

    expected: int
    found: int
    missing: int
    twice: int
    other: int
    same_beats: bool

    @property
    def is_none(self) -> bool:
        """True where the tables have the same rows."""
        same = self.expected == self.found
        return same and not (self.missing or self.twice or self.other) and self.same_beats


def compare_tables(whole: Path, other: Path) -> TableDifference:
    """Compare the rows of recordings and of beats, in any order, but for times and seconds."""
    rows = read_rows(other)
    expected, found = ({row["uri"]: row for row in of} for of in (read_rows(whole), rows))
    return TableDifference(
        len(expected),
        len(rows),
        len(expected.keys() - found.keys()),
        len(rows) - len(found),
        sum(row != expected.get(uri) for uri, row in found.items()),
        read_beats(whole).equals(read_beats(other)),
    )


def read_rows(table: Path) -> list[dict[str, Any]]:
    """Read the rows of recordings without what differs from run to run."""
    return _read(table / "recordings").drop_columns(DIFFER).to_pylist()


def read_beats(table: Path) -> pd.DataFrame:
    """Read the rows of beats; there need be none."""
    if not (table / "beats").is_dir():
        return pd.DataFrame({"uri": [], "sample": []})
    frame: pd.DataFrame = _read(table / "beats").to_pandas()
    return frame.sort_values(["uri", "sample"], ignore_index=True)


def _read(folder: Path) -> pa.Table:
    return ds.dataset(folder, format="parquet", partitioning="hive").to_table()
