"""Write an ``.npz`` file array by array, so that only one array is in memory at a time.

``numpy.savez`` needs all arrays at once. The files written here are read with `numpy.load` or
`ecg_anomaly.files.atomic.read_array`.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.atomic import replace_file


class ArrayWriter:
    """Adds arrays to an ``.npz`` file.

    Parameters
    ----------
    archive : zipfile.ZipFile
        Open for writing.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Append an array; the time stamp is fixed, so that equal arrays give equal bytes.

        Raises
        ------
        ValueError
            For an array of Python objects, which would need pickle.
        """
        member = zipfile.ZipInfo(f"{name}.npy")
        with self._archive.open(member, "w", force_zip64=True) as stream:
            np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)


@contextmanager
def write_array_by_array(path: str | Path) -> Iterator[ArrayWriter]:
    """Yield a writer of an ``.npz`` file, which appears when it is complete, or not at all."""
    with replace_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        yield ArrayWriter(archive)
