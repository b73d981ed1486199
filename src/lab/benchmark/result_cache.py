"""Keep the results of benchmark units in files named by a digest of all that can change them.

A unit is one training or one preparation of inputs. What can change its numbers is its part of the
configuration and the source code that it runs through.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.data_files import read_arrays
from ecg_anomaly.files.digests import file_sha256

Arrays = dict[str, NDArray[Any]]

SOURCE = Path(__file__).resolve().parents[2]

#: Folders whose code turns recordings into inputs, and inputs into scores; paths relative to src/.
INPUT_FOLDERS = ("ecg_anomaly/beats", "ecg_anomaly/features", "ecg_anomaly/records")
SCORE_FOLDERS = ("ecg_anomaly/evaluation/baselines.py", "ecg_anomaly/network")

#: Further modules on which inputs and scores depend.
INPUT_MODULES = tuple(
    f"lab/benchmark/{name}.py" for name in ("protocol_beats", "reference", "protocol_inputs")
)
SCORE_MODULES = ("lab/benchmark/unit.py",)


def code_digest(parts: Iterable[str]) -> str:
    """Return the SHA256 over the source files of folders and modules, paths relative to src/.

    Raises
    ------
    FileNotFoundError
        When one does not exist: a digest without it would not change with its code.
    """
    total = hashlib.sha256()
    for part in sorted(parts):
        path = SOURCE / part
        if not path.exists():
            raise FileNotFoundError(path)
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            total.update(f"{file_sha256(file)}  {file.relative_to(SOURCE).as_posix()}\n".encode())
    return total.hexdigest()


def unit_key(content: Mapping[str, Any], parts: Iterable[str]) -> str:
    """Name a unit by its configuration and code: 24 hexadecimal characters."""
    text = json.dumps([content, code_digest(parts)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class ResultCache:
    """Arrays of finished units in one folder.

    Parameters
    ----------
    folder : Path
        Created when a result is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, key: str, make: Callable[[], Mapping[str, NDArray[Any]]]) -> Arrays:
        """Return the arrays of a unit, made and kept when they are not there yet.

        Parameters
        ----------
        name : str
            Name of the unit for people; begins the name of its file.
        key : str
            From `unit_key`.
        make : callable
            Computes the arrays. Their file appears whole or not at all.
        """
        path = self.folder / f"{name}-{key}.npz"
        if not path.is_file():
            write_arrays(path, {n: np.asarray(a) for n, a in make().items()})
        return read_arrays(path)

    def clear_stale(self, prefix: str, keep: str) -> None:
        """Remove inputs prepared by former code or configurations, because they are large.

        Parameters
        ----------
        prefix : str
            Beginning of the names of these folders.
        keep : str
            Name of the folder that is kept.
        """
        for folder in self.folder.glob(f"{prefix}*/"):
            if folder.name != keep:
                shutil.rmtree(folder, ignore_errors=True)
