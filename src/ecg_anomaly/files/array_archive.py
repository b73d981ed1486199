"""Many named arrays in one file, written one at a time and read one at a time."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.atomic import replace_file


class ArrayWriter:
    """Adds arrays to an ``.npz`` so that only one of them is in memory.

    Parameters
    ----------
    archive : zipfile.ZipFile
        An archive open for writing.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Append `array` under `name`; the time stamp is fixed so that bytes repeat."""
        member = zipfile.ZipInfo(f"{name}.npy")
        with self._archive.open(member, "w", force_zip64=True) as stream:
            np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)


@contextmanager
def write_array_by_array(path: str | Path) -> Iterator[ArrayWriter]:
    """Open an ``.npz`` for writing one array at a time; it appears whole or not at all."""
    with replace_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        yield ArrayWriter(archive)
