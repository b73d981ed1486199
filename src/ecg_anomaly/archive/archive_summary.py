"""Summarise the table of recordings for its page, file by file, in memory that does not grow."""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ecg_anomaly.archive.archive_schema import FAILED, RECORDINGS, SCORED, SET_ASIDE
from ecg_anomaly.archive.archive_table import RECORDINGS as FOLDER
from ecg_anomaly.archive.archive_table import SHORT, read_description
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.parquet_files import read_recordings
from ecg_anomaly.archive.recording_row import Row
from ecg_anomaly.files.errors import UserError, list_some
from ecg_anomaly.findings.finding import LEVELS

#: Recordings that a page lists, the most critical ones, and failures of each kind.
MOST_LISTED, MOST_FAILED = 200, 5

#: Bins of the distributions: column, first and last edge, number of bins. What lies outside counts
#: in the outermost bin.
DISTRIBUTIONS = {
    "mean_bpm": (30.0, 180.0, 50),
    "burden": (0.0, 0.5, 50),
    "unreadable_share": (0.0, 1.0, 50),
    "quality": (0.0, 1.0, 50),
}

#: Columns that a summary needs; those of findings and files are by far the largest.
_COLUMNS = [
    name for name in RECORDINGS.names if name not in ("findings", "files", "notes", "leads")
]


@dataclass
class ArchiveSummary:
    """What a page says of an archive.

    Attributes
    ----------
    outcomes : Counter of str
        Recordings by what became of them.
    levels : Counter of str
        Scored recordings by their most urgent level of findings; ``"none"`` without any.
    failures : Counter of str
        Recordings that were not scored, by the word for why.
    examples : dict of str to list of dict
        Some rows of each kind of failure.
    counts : dict of str to (n,) int64
        Recordings in each bin of the `DISTRIBUTIONS`.
    hours, beats, flagged, seconds : float
        Length of the scored recordings, beats in them, how many are flagged, and what scoring took.
    worst : list of dict
        Rows of the most critical recordings, these first.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Row]] = field(default_factory=dict)
    counts: dict[str, NDArray[np.int64]] = field(
        default_factory=lambda: {k: np.zeros(n, np.int64) for k, (_, _, n) in DISTRIBUTIONS.items()}
    )
    hours: float = 0.0
    beats: int = 0
    flagged: int = 0
    seconds: float = 0.0
    worst: list[Row] = field(default_factory=list)


def find_detector_sha256(store: FileStore, wanted: str | None = None) -> str:
    """Return the name of the partition of a detector.

    Parameters
    ----------
    store : FileStore
        The table.
    wanted : str, optional
        Digest of the detector; without it there must be rows of one detector only.

    Raises
    ------
    UserError
        When there is no such table, or no rows of the detector, or of several.
    """
    read_description(store)
    names = [name.removeprefix("detector=") for name in store.list_names(FOLDER)]
    if wanted is not None:
        names = [name for name in names if name == wanted[:SHORT]]
    if not names:
        rule = "has no rows yet" if wanted is None else f"has no rows of detector {wanted[:SHORT]}"
        raise UserError(store.address, rule, "run `ecg-anomaly archive` first")
    if len(names) > 1:
        rule = f"has rows of {len(names)} detectors ({list_some(names)})"
        raise UserError(store.address, rule, "name one with --detector")
    return names[0]


def read_tables(
    store: FileStore, detector: str, columns: list[str] | None = None
) -> Iterator[pa.Table]:
    """Yield the rows of a detector, a file at a time.

    Raises
    ------
    UserError
        When a file is no Parquet, or has other columns.
    """
    folder = f"{FOLDER}/detector={detector[:SHORT]}"
    for name in store.list_names(folder):
        if name.startswith("_") or not name.endswith(".parquet"):
            continue
        content = store.read(f"{folder}/{name}")
        try:
            yield read_recordings(content or b"", columns)
        except ValueError as error:
            where = store.locate(f"{folder}/{name}")
            raise UserError(where, str(error), "run the archive again") from None


def summarise_archive(store: FileStore, detector: str) -> ArchiveSummary:
    """Summarise the rows of one detector."""
    summary, turn = ArchiveSummary(), count()
    heap: list[tuple[tuple[float, ...], int, Row]] = []
    for table in read_tables(store, detector, _COLUMNS):
        _count_values(summary, table)
        for row in table.to_pylist():
            _count_row(summary, row)
            if row["status"] == SCORED:
                ranked = (rank_row(row), -next(turn), row)
                (heapq.heappush if len(heap) < MOST_LISTED else heapq.heappushpop)(heap, ranked)
    summary.worst = [row for _, _, row in sorted(heap, key=lambda r: r[:2], reverse=True)]
    return summary


def rank_row(row: Row) -> tuple[float, ...]:
    """Return what recordings are ordered by: findings by level, then the share that is flagged."""
    return (*(row[level] or 0 for level in LEVELS[:3]), row["burden"] or 0.0)


def worst_level(row: Row) -> str:
    """Return the most urgent level of findings of a scored recording, ``"none"`` without any."""
    return next((level for level in LEVELS if row[level]), "none")


def _count_row(summary: ArchiveSummary, row: Row) -> None:
    summary.outcomes[row["status"]] += 1
    summary.seconds += row["seconds"] or 0.0
    if row["status"] in (FAILED, SET_ASIDE):
        summary.failures[row["failure"]] += 1
        examples = summary.examples.setdefault(row["failure"], [])
        if len(examples) < MOST_FAILED:
            examples.append(row)
        return
    summary.levels[worst_level(row)] += 1
    summary.hours += row["duration_s"] / 3600
    summary.beats += row["beats_found"]
    summary.flagged += row["beats_flagged"]


def _count_values(summary: ArchiveSummary, table: pa.Table) -> None:
    for name, (low, high, n) in DISTRIBUTIONS.items():
        values = table.column(name).to_numpy()
        values = values[np.isfinite(values.astype(float))].astype(float)
        inside = np.clip(values, low, np.nextafter(high, low))
        summary.counts[name] += np.histogram(inside, n, (low, high))[0]
