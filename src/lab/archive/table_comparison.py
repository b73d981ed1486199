"""Compare the tables of two runs over the same archive: what is missing, there twice, or other."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd
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
        Rows that are not the expected ones.
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
    expected, found = read_rows(whole), read_rows(other)
    return TableDifference(
        len(expected),
        len(found),
        len(set(expected["uri"]) - set(found["uri"])),
        int(found["uri"].duplicated().sum()),
        _count_other(expected, found),
        read_beats(whole).equals(read_beats(other)),
    )


def read_rows(table: Path) -> pd.DataFrame:
    """Read the rows of recordings without what differs from run to run."""
    frame = _read(table / "recordings").drop(columns=DIFFER)
    return frame.sort_values("uri", ignore_index=True)


def read_beats(table: Path) -> pd.DataFrame:
    """Read the rows of beats; there need be none."""
    if not (table / "beats").is_dir():
        return pd.DataFrame({"uri": [], "sample": []})
    return _read(table / "beats").sort_values(["uri", "sample"], ignore_index=True)


def _read(folder: Path) -> pd.DataFrame:
    frame: pd.DataFrame = (
        ds.dataset(folder, format="parquet", partitioning="hive").to_table().to_pandas()
    )
    return frame


def _count_other(expected: pd.DataFrame, found: pd.DataFrame) -> int:
    if found.equals(expected):
        return 0
    both = expected.astype(str).merge(found.astype(str), how="outer", indicator=True)
    return int((both["_merge"] == "right_only").sum())
