"""Sort a manifest by part, on disk, so that memory does not grow with its rows."""

import tempfile
from collections.abc import Iterable
from dataclasses import asdict
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ecg_anomaly.archive.archive_plan import BLOCK, DOUBLES, SCHEMA, ArchivePlan, part_of
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow

#: A manifest is sorted in so many pieces, one after the other.
PIECES = 64


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
