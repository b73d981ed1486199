"""Read a manifest: which recordings an archive has, one a row, in memory that does not grow."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import fsspec
import pyarrow.parquet as pq

from ecg_anomaly.archive.file_store import find_file_system, store_errors
from ecg_anomaly.archive.stored_stream import open_stored
from ecg_anomaly.files.errors import UserError, list_some

#: Names of the column that says where a recording is, the first that is there.
ADDRESS_COLUMNS = ("uri", "url", "path", "file", "recording", "record")

#: Columns that say how a recording is to be read, as the options of ``ecg-anomaly score`` do.
READ_COLUMNS = ("fs", "unit", "lead")

SUBJECT = "subject"

#: Endings of files that people name in the place of a manifest: recordings, and JSON.
NO_MANIFEST = frozenset({"hea", "dat", "edf", "bdf", "ecg", "dcm", "scp", "xml", "xdf", "json"})

#: Longest address, and rows of Parquet that are read at a time.
MAX_ADDRESS, BATCH = 4096, 4096


@dataclass(frozen=True)
class ManifestRow:
    """One recording of an archive.

    Attributes
    ----------
    uri : str
        Where it is: a path, or an address that fsspec knows.
    subject : str
        Who was recorded; ``""`` where that is not said.
    fs, unit, lead : str
        What is said of how to read it; ``""`` where nothing is.
    """

    uri: str
    subject: str = ""
    fs: str = ""
    unit: str = ""
    lead: str = ""

    @property
    def read_as(self) -> str:
        """What is said of how to read it, as one text; ``""`` where nothing is."""
        said = ((name, getattr(self, name)) for name in READ_COLUMNS)
        return " ".join(f"{name}={value}" for name, value in said if value)


def read_manifest(address: str) -> Iterator[ManifestRow]:
    """Read a manifest row by row.

    Parameters
    ----------
    address : str
        Where it is. ``.parquet`` is Parquet, ``.csv`` and ``.tsv`` are tables with a header line,
        anything else is text with an address a line; lines that begin with ``#`` are none.

    Yields
    ------
    ManifestRow
        In order, doubles too. Rows without an address are left out.

    Raises
    ------
    UserError
        When there is no such file, or it cannot be read as what it says it is.
    """
    system, path = find_file_system(address)
    try:
        with store_errors(address):
            if system.isdir(path):
                raise UserError(
                    address, "a folder, not a manifest", "list its recordings, a line each"
                )
            yield from _read(address)
    except FileNotFoundError:
        raise UserError(address, "no such manifest", "check the path") from None
    except UnicodeDecodeError:
        raise UserError(address, "not text in UTF-8", "save it as UTF-8") from None


def _read(address: str) -> Iterator[ManifestRow]:
    ending = address.lower().rsplit(".", 1)[-1]
    if ending in ("parquet", "pq"):
        yield from _read_parquet(address)
        return
    if ending in NO_MANIFEST:
        rule = f"a manifest is no .{ending} file"
        raise UserError(address, rule, "list the recordings in a text file, one a line, or CSV")
    with fsspec.open(address, "r", encoding="utf-8-sig", newline="") as stream:
        if ending in ("csv", "tsv"):
            yield from _read_table(address, stream, "\t" if ending == "tsv" else ",")
        else:
            lines = (line.strip() for line in stream)
            yield from (ManifestRow(_checked(address, x)) for x in lines if x and x[0] != "#")


def _read_table(address: str, stream: io.TextIOBase, delimiter: str) -> Iterator[ManifestRow]:
    try:
        rows = csv.DictReader(stream, delimiter=delimiter)
        column = find_column(address, rows.fieldnames or ())
        yield from _make_rows(address, rows, column)
    except csv.Error as error:
        raise UserError(address, f"not a table ({error})", "write a header and commas") from None


def _read_parquet(address: str) -> Iterator[ManifestRow]:
    with open_stored(address) as stream:
        try:
            file = pq.ParquetFile(stream)
            names = file.schema_arrow.names
            column = find_column(address, names)
            wanted = [name for name in (column, SUBJECT, *READ_COLUMNS) if name in names]
            batches = file.iter_batches(BATCH, columns=wanted, use_threads=False)
            rows = (row for batch in batches for row in batch.to_pylist())
            yield from _make_rows(address, rows, column)
        except (ValueError, OSError) as error:
            if isinstance(error, FileNotFoundError | UnicodeDecodeError):
                raise
            raise UserError(address, f"not Parquet ({error})", "write it again") from None


def find_column(address: str, names: Iterable[str]) -> str:
    """Return the name of the column that says where a recording is.

    Raises
    ------
    UserError
        When no column has one of the names of `ADDRESS_COLUMNS`.
    """
    names = [str(name) for name in names]
    known = {name.strip().lower(): name for name in reversed(names)}
    found = next((known[name] for name in ADDRESS_COLUMNS if name in known), None)
    if found is None:
        rule = f"no column {list_some(ADDRESS_COLUMNS)} among {list_some(names)!r}"
        raise UserError(address, rule, "call the column of the addresses uri")
    return found


def _make_rows(address: str, rows: Iterable[dict[str, Any]], column: str) -> Iterator[ManifestRow]:
    for row in rows:
        uri = _text(row.get(column))
        if uri:
            said = {name: _text(row.get(name)) for name in (SUBJECT, *READ_COLUMNS)}
            yield ManifestRow(_checked(address, uri), **said)


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _checked(address: str, uri: str) -> str:
    if len(uri) > MAX_ADDRESS or "\0" in uri:
        raise UserError(address, f"{uri!r} is no address", f"at most {MAX_ADDRESS} characters")
    return uri
