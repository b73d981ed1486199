"""Where the recordings of a data set are found: in the project, beside it, or on the internet."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from ecg_anomaly.files.digests import file_sha256, parse_sha256sums
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb.wfdb_files import list_records, read_record

#: Environment variable that names a folder with one subfolder per data set.
DATA_VARIABLE = "ECG_ANOMALY_DATA"


class Source(Protocol):
    """A data set's recordings, read one at a time."""

    def __len__(self) -> int:
        """Return the number of records."""

    def __iter__(self) -> Iterator[Record]:
        """Yield each record."""


@dataclass(frozen=True)
class WfdbFolder:
    """Records of a folder of WFDB files.

    Attributes
    ----------
    folder : Path
        The folder.
    subjects : mapping of str to str
        Person of each record that is not a person of its own.
    """

    folder: Path
    subjects: Mapping[str, str]

    def __len__(self) -> int:
        return len(list_records(self.folder))

    def __iter__(self) -> Iterator[Record]:
        for name in list_records(self.folder):
            yield read_record(self.folder, name, self.subjects.get(name))


def published_digests(name: str) -> dict[str, str]:
    """SHA256 of each file of a public database, from the list kept in this room."""
    listing = files("ecg_anomaly.records").joinpath(f"{name}.sha256")
    return parse_sha256sums(listing.read_text(encoding="utf-8"))


def find_database(name: str, raw: Path, fetch: Callable[[Path, Mapping[str, str]], None]) -> Path:
    """Find a public database: in `raw`, in ``$ECG_ANOMALY_DATA``, or by downloading it.

    Parameters
    ----------
    name : str
        Folder name of the database, for example ``"mitdb"``.
    raw : Path
        The project's folder of raw data; a download goes to ``raw/name``.
    fetch : callable
        Brings the files of given digests to a folder.

    Returns
    -------
    Path
        A folder whose every file has the published SHA256.

    Raises
    ------
    UserError
        When a file found has another digest, or the files are nowhere to be had.
    """
    digests = published_digests(name)
    outside = os.environ.get(DATA_VARIABLE)
    candidates = [raw / name] + ([Path(outside) / name] if outside else [])
    for folder in candidates:
        if all((folder / file).is_file() for file in digests):
            _check_digests(folder, digests)
            return folder
    try:
        fetch(raw / name, digests)
    except UserError as error:
        places = ", ".join(str(folder) for folder in candidates)
        way_out = f"copy the database to {raw / name} or set {DATA_VARIABLE} to the folder above it"
        raise UserError(name, f"not in {places}; {error.where}: {error.rule}", way_out) from error
    return raw / name


def _check_digests(folder: Path, digests: Mapping[str, str]) -> None:
    for file, digest in digests.items():
        if file_sha256(folder / file) != digest:
            rule = "SHA256 differs from the published one"
            raise UserError(folder / file, rule, "restore the file or delete it to download it")
