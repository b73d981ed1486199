"""Derive the name of a record from its file, and the name of its result files from the record."""

import hashlib
import os
import re
from pathlib import Path

#: Usual endings of the files that are read. An ending matters only for the name of the record, and
#: for the error about a file whose content is not recognised.
ENDINGS = (
    ".dat", ".mat", ".hea", ".edf", ".bdf", ".ecg", ".dcm", ".scp", ".xml", ".xdf", ".csv", ".tsv",
    ".txt", ".parquet",
)  # fmt: skip

#: Longest name of result files without their endings: file systems allow 255 bytes in all.
LONGEST_NAME = 200


def record_name(path: str | Path) -> str:
    """Return the name of the record at a path; the file need not exist.

    Examples
    --------
    >>> record_name("/data/100.hea"), record_name("/data/1.2.840.10008")
    ('100', '1.2.840.10008')
    """
    given = Path(path)
    return given.stem if given.suffix.lower() in ENDINGS else given.name


def output_name(record_name: str) -> str:
    """Return the name of a record's result files, with letters, digits, ``-`` and ``_`` only.

    WFDB allows no other characters. A name so long that no ending would fit is cut, and a digest
    keeps two such names apart.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "_", record_name) or "_"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(os.fsencode(record_name)).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - 17]}-{digest}"
