"""Find public ECG databases on this machine or download them, and check every file.

The files of each database are listed with their SHA256 beside this module; only those are read.
"""

import os
from collections.abc import Callable, Collection, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path

from ecg_anomaly.files.digests import file_sha256, parse_sha256sums
from ecg_anomaly.files.download import download_files
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_folder import WfdbFolder

#: Environment variable that names a folder with one subfolder per data set.
DATA_VARIABLE = "ECG_ANOMALY_DATA"

#: Where PhysioNet keeps the files of each database that is read from it.
PHYSIONET = {
    "mitdb": "https://physionet.org/files/mitdb/1.0.0",
    "svdb": "https://physionet.org/files/svdb/1.0.0",
    "qtdb": "https://physionet.org/files/qtdb/1.0.0",
}


def open_database(
    name: str, raw: Path, subjects: Mapping[str, str], exclude: Collection[str]
) -> WfdbFolder:
    """Open a database of `PHYSIONET`, downloaded when it is not on this machine.

    Parameters
    ----------
    name : str
        A key of `PHYSIONET`.
    raw : Path
        Folder of raw data of the project.
    subjects : mapping of str to str
        Subject of each record whose subject is not named after it.
    exclude : collection of str
        Records that are not read.

    Raises
    ------
    UserError
        See `find_database`.
    """
    # A copy of all of PhysioNet's folder holds more records, extracts of these, in subfolders.
    names = sorted({Path(file).stem for file in published_digests(name)})
    folder = find_database(name, raw, partial(_fetch, PHYSIONET[name]))
    return WfdbFolder(folder, subjects, exclude, names)


def _fetch(url: str, folder: Path, digests: Mapping[str, str]) -> None:
    download_files(url, digests, folder)


def published_digests(name: str) -> dict[str, str]:
    """SHA256 of each file of a public database, from the list beside this module."""
    listing = files("ecg_anomaly.records").joinpath(f"{name}.sha256")
    return parse_sha256sums(listing.read_text(encoding="utf-8"))


def find_database(name: str, raw: Path, fetch: Callable[[Path, Mapping[str, str]], None]) -> Path:
    """Find a public database: in `raw`, in ``$ECG_ANOMALY_DATA``, or by downloading it.

    Parameters
    ----------
    name : str
        Folder name of the database, for example ``"mitdb"``.
    raw : Path
        Folder of raw data of the project; a download goes to ``raw/name``.
    fetch : callable
        Takes a folder and the digest of each file by its name; downloads the files into it.

    Returns
    -------
    Path
        A folder whose every file has the published SHA256.

    Raises
    ------
    UserError
        When a file found has another digest, or the files are not on this machine and cannot be
        downloaded.
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
