import pandas as pd
import pytest

from lab.archive.table_comparison import TableDifference, compare_tables

ROWS = pd.DataFrame(
    {"uri": ["a", "b"], "x": [1, 2], "seconds": [0.1, 0.2], "scored_at": ["m", "n"]}
)
BEATS = pd.DataFrame({"uri": ["a", "a"], "sample": [5, 9], "score": [0.5, None]})


@pytest.fixture
def table(tmp_path):
    """Write tables by name: rows, beats."""

    def write(name, rows, beats=BEATS):
        for kind, frame in (("recordings", rows), ("beats", beats)):
            folder = tmp_path / name / kind / "detector=ab"
            folder.mkdir(parents=True)
            frame.to_parquet(folder / "part-00000.parquet")
        return tmp_path / name

    return write


def test_order_and_times_do_not_count(table):
    other = ROWS.iloc[::-1].assign(seconds=9.0, scored_at="z")
    difference = compare_tables(table("one", ROWS), table("two", other, BEATS.iloc[::-1]))
    assert difference == TableDifference(2, 2, 0, 0, 0, True)
    assert difference.is_none


def test_rows_that_are_missing_there_twice_or_other_are_counted(table):
    found = ROWS.assign(uri=["a", "a"], x=[1, 3])
    difference = compare_tables(table("one", ROWS), table("two", found, BEATS.iloc[:1]))
    assert difference == TableDifference(2, 2, 1, 1, 1, False)
    assert not difference.is_none


def test_beats_that_are_there_twice_are_seen(table):
    difference = compare_tables(table("one", ROWS), table("two", ROWS, pd.concat([BEATS, BEATS])))
    assert not difference.is_none
