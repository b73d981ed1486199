"""The folder of an archive's tables: its layout, and writing that a kill at any time leaves whole.

::

    TABLE/table.json                                     its format and number of parts
    TABLE/recordings/detector=ID/part-00012.parquet      the rows of a part, replaced as a whole
    TABLE/beats/detector=ID/part-00012-KEY.parquet       the beats of one recording
    TABLE/_plans/                                        manifests, sorted by part
    TABLE/_work/ID/00012/KEY.json                        rows of a part that is not complete
    TABLE/_work/ID/00012/KEY.begun                       a recording that is being scored

A row is first written by itself, and with the others of its part once that is complete; so a kill
costs the recording that was being scored. All names follow from the address of a recording and from
the detector: what is written twice replaces itself. Readers of tables pass over names that begin
with ``_``.
"""

import hashlib
import json
from typing import Any

import pyarrow as pa

from ecg_anomaly.archive.archive_schema import FORMAT
from ecg_anomaly.archive.archive_schema import RECORDINGS as COLUMNS
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.parquet_files import read_recordings, to_parquet
from ecg_anomaly.archive.recording_row import Row, recordings_table, to_json_rows
from ecg_anomaly.files.errors import UserError

TABLE, RECORDINGS, BEATS, PLANS, WORK = "table.json", "recordings", "beats", "_plans", "_work"

#: Letters of the detector's digest that name its partition.
SHORT = 16


def open_table(store: FileStore, n_parts: int) -> int:
    """Make the table, or find it there, and return the number of its parts.

    Parameters
    ----------
    store : FileStore
        The folder.
    n_parts : int
        Parts of a table that is made now.

    Raises
    ------
    UserError
        When the folder holds something else, or a table of another format.
    """
    content = store.read(TABLE)
    if content is None:
        if store.list_names(""):
            raise UserError(store.address, "holds no table of an archive", "name a new folder")
        store.write(TABLE, json.dumps({"format": FORMAT, "parts": n_parts}).encode())
        content = store.read(TABLE) or b""  # of whoever wrote last, if another run did
    said = read_description(store, content)
    return int(said["parts"])


def read_description(store: FileStore, content: bytes | None = None) -> dict[str, Any]:
    """Return what ``table.json`` says.

    Raises
    ------
    UserError
        When there is none, or it is of another format.
    """
    content = store.read(TABLE) if content is None else content
    if content is None:
        raise UserError(store.address, "no table of an archive", "run `ecg-anomaly archive` first")
    try:
        said = json.loads(content)
        known, parts = said["format"], said["parts"]
    except (ValueError, KeyError, TypeError):
        rule = "damaged, or of another program"
        raise UserError(store.locate(TABLE), rule, "restore it, or name a new folder") from None
    if known != FORMAT or not isinstance(parts, int) or not 1 <= parts <= 1 << 20:
        rule = f"a table of format {known!r} in {parts!r} parts, this version writes {FORMAT}"
        raise UserError(store.locate(TABLE), rule, "name a new folder")
    return dict(said)


def key_of(uri: str) -> str:
    """Return the name of a recording in the table."""
    return hashlib.sha256(uri.encode("utf-8", "surrogateescape")).hexdigest()[:24]


class TablePart:
    """One part of a table, for one detector.

    Parameters
    ----------
    store : FileStore
        The table.
    detector_sha256 : str
        The detector.
    part : int
        Number of the part.

    Attributes
    ----------
    waiting : set of str
        Recordings whose rows `read_rows` found to wait for the completion of the part.
    """

    def __init__(self, store: FileStore, detector_sha256: str, part: int) -> None:
        self._store, detector = store, detector_sha256[:SHORT]
        self.name = f"{RECORDINGS}/detector={detector}/part-{part:05d}.parquet"
        self._beats = f"{BEATS}/detector={detector}/part-{part:05d}"
        self._work = f"{WORK}/{detector}/{part:05d}"
        self.waiting: set[str] = set()

    def read_rows(self) -> dict[str, Row]:
        """Return the rows of the part and those that wait for its completion, by address.

        A file that is no Parquet, as a copy that broke off leaves one, or has other columns, is
        renamed: its recordings are scored again.
        """
        rows = {row["uri"]: row for row in self._read_complete()}
        for name in self._store.list_names(self._work):
            if name.endswith(".json"):
                content = self._store.read(f"{self._work}/{name}")
                row = _parse_row(content)
                if row:
                    rows[row["uri"]] = row
                    self.waiting.add(row["uri"])
        return rows

    def _read_complete(self) -> list[Row]:
        content = self._store.read(self.name)
        if content is None:
            return []
        try:
            return to_json_rows(read_recordings(content))
        except (ValueError, AttributeError):
            folder, name = self.name.rsplit("/", 1)
            self._store.rename(self.name, f"{folder}/_broken-{name}")
            return []

    def read_begun(self) -> dict[str, int]:
        """Return how often recordings were begun that have not ended, by their `key_of`."""
        names = self._store.list_names(self._work)
        keys = [name.removesuffix(".begun") for name in names if name.endswith(".begun")]
        return {key: self._read_times(key) for key in keys}

    def begin(self, uri: str) -> int:
        """Note that a recording is being scored, and return how often it was begun and not ended.

        The note stays when the process is killed: so a recording that kills what scores it is
        found.
        """
        key = key_of(uri)
        times = self._read_times(key)
        self._store.write(f"{self._work}/{key}.begun", str(times + 1).encode())
        return times

    def _read_times(self, key: str) -> int:
        content = self._store.read(f"{self._work}/{key}.begun")
        return int(content) if content and content.isdigit() else 0

    def keep(self, row: Row, beats: pa.Table | None = None) -> None:
        """Write the row of a recording, its beats before it, and forget that it was begun."""
        key = key_of(row["uri"])
        if beats is not None:
            self._store.write(f"{self._beats}-{key}.parquet", to_parquet(beats))
        self._store.write(f"{self._work}/{key}.json", json.dumps(row).encode())
        self._store.remove(f"{self._work}/{key}.begun")

    def complete(self, rows: dict[str, Row]) -> None:
        """Write all rows of the part as one file, and forget what waited for that."""
        self._store.write(self.name, to_parquet(recordings_table(list(rows.values()))))
        self._store.remove_folder(self._work)


def _parse_row(content: bytes | None) -> Row | None:
    try:
        row = json.loads(content or b"")
    except ValueError:
        return None
    return row if isinstance(row, dict) and row.keys() >= set(COLUMNS.names) else None
