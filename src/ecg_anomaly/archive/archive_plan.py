"""The parts of a manifest: the units that are scored by one worker and written as one file.

The part of a recording depends on its address alone, so that a manifest that grows, or is sorted
anew, finds what was scored before. The plan is a Parquet file in the order of the parts, see
`manifest_sorting`: a worker reads the rows of its part, and nobody holds the whole manifest.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import accumulate

import pyarrow as pa
import pyarrow.parquet as pq

from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.stored_stream import open_stored
from ecg_anomaly.files.errors import UserError

#: Recordings of a part, about, and most parts of a table.
ROWS_A_PART, MOST_PARTS = 32, 1 << 14

#: Rows that are read and written at a time.
BLOCK = 512

#: Key of the number of doubles in the metadata of the file.
DOUBLES = "ecg_anomaly_doubles"

NAMES = tuple(field.name for field in fields(ManifestRow))
SCHEMA = pa.schema([("part", pa.int32()), *((name, pa.string()) for name in NAMES)])


@dataclass(frozen=True)
class ArchivePlan:
    """Where the rows of each part are.

    Attributes
    ----------
    address : str
        The Parquet file.
    first_row : tuple of int
        Place of the first row of each part in it, and the number of all rows at the end.
    n_doubles : int
        Rows of the manifest that name a recording that another row names too; they are left out.
    """

    address: str
    first_row: tuple[int, ...]
    n_doubles: int

    @property
    def n_rows(self) -> int:
        """Number of recordings."""
        return self.first_row[-1]

    def parts(self) -> list[int]:
        """Return the numbers of the parts that have a recording."""
        first = self.first_row
        return [part for part in range(len(first) - 1) if first[part + 1] > first[part]]


def count_parts(n_rows: int) -> int:
    """Return how many parts a table is given: about `ROWS_A_PART` recordings each.

    Examples
    --------
    >>> count_parts(1), count_parts(1000), count_parts(10**6)
    (1, 32, 16384)
    """
    parts = 1
    while parts < MOST_PARTS and parts * ROWS_A_PART < n_rows:
        parts *= 2
    return parts


def part_of(uri: str, n_parts: int) -> int:
    """Return the part of a recording."""
    digest = hashlib.sha256(uri.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") % n_parts


def choose_parts(parts: Sequence[int], shard: tuple[int, int] | None) -> list[int]:
    """Return the parts of shard ``(i, n)``, i from 0: every n-th one; all without a shard."""
    if shard is None:
        return list(parts)
    index, n = shard
    return [part for part in parts if part % n == index]


def read_part(plan: ArchivePlan, part: int) -> list[ManifestRow]:
    """Read the rows of one part of a plan.

    Raises
    ------
    UserError
        When the plan is gone or cut off since it was found, or its store does not answer.
    """
    try:
        with open_stored(plan.address) as stream:
            return list(_read_rows(pq.ParquetFile(stream), *plan.first_row[part : part + 2]))
    except (pa.ArrowException, OSError):  # `FileNotFoundError` is one
        rule = "the sorted manifest was removed, or cut off, during the run"
        raise UserError(plan.address, rule, "run the command again") from None


def _read_rows(file: pq.ParquetFile, start: int, stop: int) -> Iterator[ManifestRow]:
    """Read the rows of a plan from `start` up to, and without, `stop`."""
    place = 0
    for group in range(file.num_row_groups):
        n = file.metadata.row_group(group).num_rows
        first, last = max(0, start - place), min(n, stop - place)
        if first < last:
            table = file.read_row_group(group, columns=list(NAMES), use_threads=False)
            rows = table.slice(first, last - first).to_pylist()
            yield from (ManifestRow(**row) for row in rows)
        place += n


def find_plan(store: FileStore, name: str, n_parts: int) -> ArchivePlan | None:
    """Return the plan that was made of the same manifest before, None when there is none.

    One that is no whole Parquet file, as a copy that broke off leaves it, is none: it is made
    again.

    Raises
    ------
    UserError
        When the store does not answer or refuses: the plan may be there.
    """
    if name.rsplit("/", 1)[1] not in store.list_names(name.rsplit("/", 1)[0]):
        return None
    counts = [0] * n_parts
    try:
        with open_stored(store.locate(name)) as stream:
            file = pq.ParquetFile(stream)
            for batch in file.iter_batches(BLOCK, columns=["part"], use_threads=False):
                for part in batch.column(0).to_pylist():
                    counts[part] += 1
            doubles = int((file.metadata.metadata or {}).get(DOUBLES.encode(), 0))
    except (pa.ArrowException, OSError, IndexError):
        return None
    return ArchivePlan(store.locate(name), (0, *accumulate(counts)), doubles)
