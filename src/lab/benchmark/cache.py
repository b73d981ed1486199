"""Results of finished units, so that an interrupted benchmark goes on where it stopped.

A unit is one training or one preparation of inputs. Its file is named by a digest of everything
that can change its numbers: the configuration and the code of the rooms that it runs through.
"""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.atomic import read_arrays, write_arrays
from ecg_anomaly.files.digests import file_sha256

SOURCE = Path(__file__).resolve().parents[2]

#: Rooms that recordings pass on the way to inputs, and inputs on the way to scores.
INPUT_ROOMS = ("ecg_anomaly/beats", "ecg_anomaly/features", "ecg_anomaly/records")
SCORE_ROOMS = ("ecg_anomaly/evaluation/baselines", "ecg_anomaly/network")

#: Single modules that make what is kept.
INPUT_MODULES = tuple(
    f"lab/benchmark/{name}.py" for name in ("described", "reading", "reference", "protocol_inputs")
)
SCORE_MODULES = ("lab/benchmark/unit.py", "lab/benchmark/left_out.py")

Arrays = dict[str, NDArray[Any]]


def code_digest(parts: Iterable[str]) -> str:
    """SHA256 over the sources of rooms and modules, by their names inside the package."""
    total = hashlib.sha256()
    for part in sorted(parts):
        path = SOURCE / part
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
        Made when something is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, key: str, make: Callable[[], Mapping[str, NDArray[Any]]]) -> Arrays:
        """Return the arrays of a unit, made and kept when they are not there yet.

        Parameters
        ----------
        name : str
            What people call the unit; begins the name of its file.
        key : str
            From `unit_key`.
        make : callable
            Does the work. Its file appears whole or not at all.
        """
        path = self.folder / f"{name}-{key}.npz"
        if not path.is_file():
            write_arrays(path, {n: np.asarray(a) for n, a in make().items()})
        return read_arrays(path)

    def clear_stale(self, prefix: str, keep: str) -> None:
        """Remove preparations of former code or configurations: they are large.

        Parameters
        ----------
        prefix : str
            Beginning of the names of the folders in question.
        keep : str
            Name of the one that stays.
        """
        for folder in self.folder.glob(f"{prefix}*/"):
            if folder.name != keep:
                shutil.rmtree(folder, ignore_errors=True)
