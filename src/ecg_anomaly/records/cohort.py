"""Read several public databases as one cohort, each record named with its database."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from ecg_anomaly.records.public_databases import open_database
from ecg_anomaly.records.record import Record, UnusableRecord
from ecg_anomaly.records.wfdb.wfdb_folder import WfdbFolder


class Cohort:
    """Records of several public databases.

    Parameters
    ----------
    databases : sequence of str
        Keys of `ecg_anomaly.records.public_databases.PHYSIONET`.
    raw : Path
        Folder of raw data of the project.
    stated_subjects : mapping of str to str
        Subject of each record whose subject is not named after it. Records and subjects are named
        with their database, as ``mitdb/202``: one subject may be in two databases.
    exclude : collection of str
        Records that are not read, named in the same way.
    """

    def __init__(
        self,
        databases: Sequence[str],
        raw: Path,
        stated_subjects: Mapping[str, str],
        exclude: Collection[str] = (),
    ) -> None:
        self._stated = stated_subjects
        self._parts = {
            name: open_database(name, raw, {}, _names_in(name, exclude)) for name in databases
        }

    @cached_property
    def subjects(self) -> dict[str, str]:
        """Subject of every record found, excluded ones too, in the order of reading.

        Raises
        ------
        UserError
            When one database holds no header.
        """
        return {
            full: self._stated.get(full, self._stated.get(origin_of(full), origin_of(full)))
            for name, part in self._parts.items()
            for full in (f"{name}/{record}" for record in part.subjects)
        }

    @property
    def left_out(self) -> Sequence[UnusableRecord]:
        """Records that cannot be used; complete once all were read."""
        return [
            replace(record, name=full, subject=self.subjects.get(full, full))
            for name, part in self._parts.items()
            for record in part.left_out
            for full in [f"{name}/{record.name}"]
        ]

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts.values())

    def __iter__(self) -> Iterator[Record]:
        """Yield the records that can be used, database by database.

        Raises
        ------
        UserError
            When a database has none.
        """
        for name, part in self._parts.items():
            yield from self._read(name, part)

    def _read(self, name: str, part: WfdbFolder) -> Iterator[Record]:
        for record in part:
            full = f"{name}/{record.name}"
            yield replace(record, name=full, subject=self.subjects[full])


def database_of(record: str) -> str:
    """Return the database of a cohort's record; ``""`` for a record named without one."""
    name, slash, _ = record.partition("/")
    return name if slash else ""


def origin_of(record: str) -> str:
    """Return the record that an excerpt in the QT Database was taken from; else the record itself.

    The QT Database names its excerpts after records of MIT-BIH (100 to 234) and of the
    supraventricular database (800 to 894), and their subjects are the same: ``qtdb/sel100`` is
    ``mitdb/100`` (Laguna and others 1997, Computers in Cardiology 24:673-676).
    """
    found = re.fullmatch(r"qtdb/sel([128]\d\d)", record)
    if not found:
        return record
    return f"{'svdb' if found[1].startswith('8') else 'mitdb'}/{found[1]}"


def _names_in(database: str, records: Collection[str]) -> list[str]:
    """Return the records of one database, named without it."""
    return [name.partition("/")[2] for name in records if database_of(name) == database]
