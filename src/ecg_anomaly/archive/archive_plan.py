"""Divide a manifest into parts: the units that are scored by one worker and written as one file.

The part of a recording depends on its address alone, so that a manifest that grows, or is sorted
anew, finds what was scored before. The plan is a Parquet file in the order of the parts: a worker
reads the rows of its part, and nobody holds the whole manifest.
"""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecg_anomaly.archive.file_store import FileStore, split_address, store_errors
from ecg_anomaly.archive.manifest import ManifestRow

#: Recordings of a part, about, and most parts of a table.
ROWS_A_PART, MOST_PARTS = 32, 1 << 14

#: A manifest is sorted in so many pieces, one after the other, each written in blocks of rows.
PIECES, BLOCK = 64, 512

#: Key of the number of doubles in the metadata of the file.
DOUBLES = "ecg_anomaly_doubles"

_NAMES = tuple(field.name for field in fields(ManifestRow))
SCHEMA = pa.schema([("part", pa.int32()), *((name, pa.string()) for name in _NAMES)])


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


def make_plan(
    rows: Iterable[ManifestRow], n_parts: int, store: FileStore, name: str
) -> ArchivePlan:
    """Sort the rows of a manifest by part, leave out doubles, and write them.

    Parameters
    ----------
    rows : iterable of ManifestRow
        Of one manifest. Memory does not grow with their number: they are kept on disk meanwhile.
    n_parts : int
        Parts of the table.
    store : FileStore
        The table.
    name : str
        The file to write in it.
    """
    counts, n_doubles = [0] * n_parts, 0
    with tempfile.TemporaryDirectory(prefix="ecg-anomaly-plan-") as folder:
        pieces = _spill(rows, n_parts, Path(folder))
        whole = Path(folder) / "plan.parquet"
        with pq.ParquetWriter(whole, SCHEMA) as writer:
            for piece in pieces:
                kept, doubles = _sort_piece(piece)
                n_doubles += doubles
                for part in kept.column("part").to_pylist():
                    counts[part] += 1
                writer.write_table(kept, row_group_size=BLOCK)
            writer.add_key_value_metadata({DOUBLES: str(n_doubles)})
        store.upload(name, whole)
    return ArchivePlan(store.locate(name), (0, *accumulate(counts)), n_doubles)


def _spill(rows: Iterable[ManifestRow], n_parts: int, folder: Path) -> list[Path]:
    """Write the rows of neighbouring parts to one file each, as they come."""
    paths = [folder / f"{piece}.arrow" for piece in range(min(PIECES, n_parts))]
    waiting: list[list[dict[str, Any]]] = [[] for _ in paths]
    writers = [pa.ipc.new_stream(str(path), SCHEMA) for path in paths]
    try:
        for row in rows:
            part = part_of(row.uri, n_parts)
            piece = part * len(paths) // n_parts
            waiting[piece].append({"part": part, **asdict(row)})
            if len(waiting[piece]) == BLOCK:
                writers[piece].write_table(pa.Table.from_pylist(waiting[piece], SCHEMA))
                waiting[piece] = []
        for writer, rest in zip(writers, waiting, strict=True):
            writer.write_table(pa.Table.from_pylist(rest, SCHEMA))
    finally:
        for writer in writers:
            writer.close()
    return paths


def _sort_piece(path: Path) -> tuple[pa.Table, int]:
    """Return the rows of a piece by part, the first of each recording, and how many others."""
    with pa.ipc.open_stream(str(path)) as stream:
        rows = stream.read_all()
    rows = rows.append_column("place", pa.array(np.arange(len(rows))))
    rows = rows.sort_by([(name, "ascending") for name in ("part", "uri", "place")])
    uris = rows.column("uri").combine_chunks()
    again = pc.equal(uris[1:], uris[:-1]).to_numpy(zero_copy_only=False)
    kept = np.append(np.full(min(1, len(rows)), True), ~again)
    return rows.filter(pa.array(kept)).select(SCHEMA.names), int(again.sum())


def read_part(plan: ArchivePlan, part: int) -> list[ManifestRow]:
    """Read the rows of one part of a plan."""
    start, stop = plan.first_row[part], plan.first_row[part + 1]
    return list(read_rows(plan.address, start, stop))


def read_rows(address: str, start: int, stop: int) -> Iterator[ManifestRow]:
    """Read the rows of a plan from `start` up to, and without, `stop`."""
    system, path = split_address(address)
    with system.open(path, "rb") as stream:
        file = pq.ParquetFile(stream)
        place = 0
        for group in range(file.num_row_groups):
            n = file.metadata.row_group(group).num_rows
            if place < stop and place + n > start:
                table = file.read_row_group(group, columns=list(_NAMES), use_threads=False)
                piece = table.slice(
                    max(0, start - place), min(n, stop - place) - max(0, start - place)
                )
                yield from (ManifestRow(**row) for row in piece.to_pylist())
            place += n


def choose_parts(parts: Sequence[int], shard: tuple[int, int] | None) -> list[int]:
    """Return the parts of shard ``(i, n)``, i from 0: every n-th one; all without a shard."""
    if shard is None:
        return list(parts)
    index, n = shard
    return [part for part in parts if part % n == index]


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
        with _open(store.locate(name)) as stream:
            file = pq.ParquetFile(_StoreStream(stream, store.locate(name)))
            for batch in file.iter_batches(BLOCK, columns=["part"], use_threads=False):
                for part in batch.column(0).to_pylist():
                    counts[part] += 1
            doubles = int((file.metadata.metadata or {}).get(DOUBLES.encode(), 0))
    except (pa.ArrowException, OSError, IndexError):
        return None
    return ArchivePlan(store.locate(name), (0, *accumulate(counts)), doubles)


def _open(address: str) -> Any:
    """Open a file of a store; an error of the store is a `UserError`."""
    system, path = split_address(address)
    with store_errors(address):
        return system.open(path, "rb")


class _StoreStream:
    """A file that tells errors of its store, `UserError`, from those of reading Parquet.

    Both are `OSError` otherwise.
    """

    def __init__(self, stream: Any, address: str) -> None:
        self._stream, self._address = stream, address

    def read(self, n: int = -1) -> bytes:
        """Read as the file does."""
        with store_errors(self._address):
            return bytes(self._stream.read(n))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
