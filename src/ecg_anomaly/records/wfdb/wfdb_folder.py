"""Find the WFDB records in a folder and read them one by one, leaving out those that fail."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record, UnusableRecord
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from ecg_anomaly.records.wfdb.wfdb_header import list_segments

HEADER = ".hea"


class WfdbFolder:
    """The records in a folder of WFDB files and in its subfolders.

    A record that cannot be used is left out, and reading continues with the next.

    Parameters
    ----------
    folder : Path
        The folder.
    stated_subjects : mapping of str to str
        Subject of each record whose subject is not named after it.
    exclude : collection of str
        Records that are not read. Of their headers only the names of segments are used, because
        segments are no records of their own.
    names : sequence of str, optional
        Names of all records; by default those of `list_records`.

    Attributes
    ----------
    left_out : list of UnusableRecord
        Records that cannot be used, and subfolders that cannot be listed; complete once all
        records were read.
    """

    def __init__(
        self,
        folder: Path,
        stated_subjects: Mapping[str, str],
        exclude: Collection[str] = (),
        names: Sequence[str] | None = None,
    ) -> None:
        self._folder, self._stated, self._exclude = folder, stated_subjects, frozenset(exclude)
        self._names, self._unlisted = names, list[UnusableRecord]()
        self.left_out: list[UnusableRecord] = []

    @cached_property
    def subjects(self) -> dict[str, str]:
        """Subject of every record found, excluded ones too, in the order of reading.

        Raises
        ------
        UserError
            When the folder is absent or holds no header.
        """
        names = self._names
        if names is None:
            names = list_records(self._folder, self._note_unlisted)
        return {name: self._stated.get(name, name) for name in names}

    def _note_unlisted(self, error: OSError) -> None:
        name = _printable(os.path.relpath(error.filename, self._folder))
        why = f"the folder cannot be listed ({error.strerror})"
        self._unlisted.append(UnusableRecord(name, name, why))

    def __len__(self) -> int:
        return len(self.subjects.keys() - self._exclude)

    def __iter__(self) -> Iterator[Record]:
        """Yield the records that can be used.

        Raises
        ------
        UserError
            At the end, when no record could be used.
        """
        wanted = {n: subject for n, subject in self.subjects.items() if n not in self._exclude}
        self.left_out[:] = self._unlisted
        n_used = 0
        for name, subject in wanted.items():
            record = self._read(name, subject)
            if record is not None:
                n_used += 1
                yield record
            del record  # before the next one is read
        if not wanted:
            raise UserError("dataset.exclude", "no record is left", "exclude fewer")
        if not n_used:
            why = self.left_out[len(self._unlisted)].why
            rule = f"none of {len(wanted)} records can be used, the first because of {why}"
            raise UserError(self._folder, rule, "correct the records or name another folder")

    def _read(self, name: str, subject: str) -> Record | None:
        try:
            _check_printable(name)
            return read_record(self._folder, name, subject)
        except UserError as error:
            why = f"{Path(error.where).name}: {error.rule}"
            self.left_out.append(UnusableRecord(*map(_printable, (name, subject, why))))
            return None


def _refuse(error: OSError) -> None:
    rule = f"cannot be listed ({error.strerror})"
    raise UserError(error.filename, rule, "check its permissions") from error


def list_records(folder: Path, on_error: Callable[[OSError], None] = _refuse) -> list[str]:
    """Return the names of the records in a folder and its subfolders, sorted.

    A name is the path of the header without its ending, relative to `folder`, as ``p01/100``.
    Segments of a multi-segment record are no records of their own, and hidden files are skipped.
    Links to folders are not followed.

    Parameters
    ----------
    folder : Path
        The folder.
    on_error : callable, optional
        Receives the error of each subfolder that cannot be listed; by default it is raised as a
        `UserError`.

    Raises
    ------
    UserError
        When the folder is absent or holds no header.
    """
    if not folder.is_dir():
        raise UserError(folder, "no such folder", "check dataset.folder")
    names = sorted(_find_headers(folder, on_error))
    if not names:
        raise UserError(folder, "no WFDB header (.hea) in this folder", "check dataset.folder")
    segments = {segment for name in names for segment in _segments_of(folder, name)}
    return [name for name in names if name not in segments]


def _find_headers(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[str]:
    for place, folders, files in os.walk(folder, onerror=on_error):
        folders[:] = [name for name in folders if not name.startswith(".")]
        # A folder with the name of a header is reported as a record that cannot be read.
        for entry in (*files, *folders):
            if entry.endswith(HEADER) and not entry.startswith("."):
                yield (Path(place) / entry).relative_to(folder).as_posix().removesuffix(HEADER)


def _segments_of(folder: Path, name: str) -> list[str]:
    """List the segments that a header names; none for a header that cannot be read."""
    try:
        segments = list_segments(folder / f"{name}{HEADER}")
    except UserError:
        return []
    return [os.path.normpath(os.path.join(os.path.dirname(name), x)) for x in segments]


def _check_printable(name: str) -> None:
    # Names go to JSON and HTML, which can hold neither invalid UTF-8 nor control characters.
    if not name.isprintable():
        raise UserError(name, "a name with characters that cannot be printed", "rename the files")


def _printable(text: str) -> str:
    return text if text.isprintable() else repr(text)[1:-1]
