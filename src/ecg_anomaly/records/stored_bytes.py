"""Bytes of a file, read where they are wanted and never all at once."""

from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

RESTORE = "restore the file from its source"


def read_bytes(path: Path, offset: int, n_bytes: int) -> NDArray[np.uint8]:
    """Read `n_bytes` from `offset` on.

    Not a memory map: a mapped file that somebody truncates ends the process, and the pages that
    were touched count as its memory.

    Raises
    ------
    UserError
        When the file cannot be read or ends before.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            stream.seek(offset)
            found = bytearray(n_bytes)
            n_found = _fill(stream, memoryview(found))
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
        raise UserError(path, rule, "check its permissions") from error
    if n_found < n_bytes:
        rule = f"truncated, no {n_bytes} bytes from byte {offset} on"
        raise UserError(path, rule, RESTORE)
    return np.frombuffer(found, dtype=np.uint8)


def file_size(path: Path) -> int:
    """Size of a plain file in bytes.

    Raises
    ------
    UserError
        When there is none, or something else in its place.
    """
    try:
        if not path.exists():
            raise UserError(path, "no such file", "check the folder and the name")
        if path.is_dir():
            raise UserError(path, "a folder, not a recording", "name a recording in it")
        if not path.is_file():
            raise UserError(path, "no plain file", "name a recording")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        rule = f"cannot be read ({error})"
        raise UserError(path, rule, "check the path and its permissions") from error
    if size == 0:
        raise UserError(path, "the file is empty", RESTORE)
    return size


def _fill(stream: FileIO, buffer: memoryview) -> int:
    # One call may give less than was asked for.
    n_found = 0
    while n_found < len(buffer) and (n := stream.readinto(buffer[n_found:])):
        n_found += n
    return n_found
