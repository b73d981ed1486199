"""Read the arrays and JSON files of earlier stages; a file of another version is one line of error.

A stage may be run by hand on what a stage of an older version left. What such a file lacks is then
noticed here, whoever asks for it, and not in the middle of a computation.
"""

import json
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError, list_some

T = TypeVar("T")

#: Largest JSON file that is read: what this project writes is far smaller.
MAX_JSON_BYTES = 64 << 20

MAKE_IT, MAKE_AGAIN = "run `dvc repro` to make it", "run `dvc repro` to make it again"


class OtherVersionError(UserError, KeyError):
    """A file lacks something, or has something more: another version of the project wrote it."""

    def __init__(self, path: object, finding: str, way_out: str = MAKE_AGAIN) -> None:
        super().__init__(path, finding, way_out)


class FileContent(dict[str, Any]):
    """What a file holds by name; a name that is asked for and absent is a `UserError`.

    Parameters
    ----------
    content : mapping
        The names and their values.
    path : str or Path
        The file, for errors.
    """

    def __init__(self, content: Any = (), path: str | Path = "") -> None:
        super().__init__(content)
        self.path = path

    def __missing__(self, name: str) -> Any:
        raise OtherVersionError(self.path, f"has no {name!r}, another version wrote it")

    def fill(self, kind: type[T]) -> T:
        """Make a dataclass whose fields are the names in the file.

        Raises
        ------
        UserError
            When the file lacks a field or has more than the fields.
        """
        self.check(kind)
        return kind(**self)

    def check(self, kind: type) -> None:
        """Check that the names are the fields of a dataclass; errors as of `fill`."""
        wanted = [field.name for field in fields(kind)]
        for name in wanted:
            self[name]
        if more := sorted(self.keys() - set(wanted)):
            finding = f"has {list_some(more)} too, another version wrote it"
            raise OtherVersionError(self.path, finding)


def read_arrays(path: str | Path) -> FileContent:
    """Read every array of an ``.npz`` written by `write_arrays`.

    Returns
    -------
    FileContent
        The arrays by name.

    Raises
    ------
    UserError
        When the file is absent or is not an ``.npz`` archive.
    """
    with _open_arrays(path) as archive:
        return FileContent({name: archive[name] for name in archive.files}, path)


def read_array(path: str | Path, name: str) -> NDArray[Any]:
    """Read one array of an ``.npz`` and nothing of the others; errors as in `read_arrays`."""
    with _open_arrays(path) as archive:
        found = {name: archive[name]} if name in archive.files else {}
    array: NDArray[Any] = FileContent(found, path)[name]
    return array


def check_fields(path: str | Path, kind: type) -> None:
    """Check that an ``.npz`` holds the fields of a dataclass; no array is read.

    Raises
    ------
    UserError
        When the file is absent or no npz file, or holds other arrays.
    """
    with _open_arrays(path) as archive:
        names = archive.files
    FileContent(dict.fromkeys(names), path).check(kind)


@contextmanager
def _open_arrays(path: str | Path) -> Iterator[np.lib.npyio.NpzFile]:
    try:
        _check_plain(path)
        # Opened here: NumPy leaves a file that is no archive open.
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            yield archive
    except FileNotFoundError:
        raise UserError(path, "no such file", MAKE_IT) from None
    except (OSError, ValueError, EOFError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise UserError(path, f"not a readable npz file ({error})", "run `dvc repro -f`") from None


def read_json(path: str | Path) -> Any:
    """Read a JSON file.

    Returns
    -------
    object
        As `json.loads`; objects of the file, at any depth, are `FileContent`.

    Raises
    ------
    UserError
        When the file is absent, is a pipe or the like, larger than `MAX_JSON_BYTES`, or not JSON.
    """
    try:
        size = _check_plain(path)
        if size > MAX_JSON_BYTES:
            raise ValueError(f"{size} bytes")
        text = Path(path).read_text(encoding="utf-8")
        return json.loads(text, object_hook=lambda content: FileContent(content, path))
    except FileNotFoundError:
        raise UserError(path, "no such file", MAKE_IT) from None
    except (OSError, ValueError) as error:
        raise UserError(path, f"not JSON ({error})", "run `dvc repro -f`") from None


def _check_plain(path: str | Path) -> int:
    """Return the size of a file; refuse what is no plain one: a pipe would be waited for."""
    about = Path(path).stat()
    if not stat.S_ISREG(about.st_mode):
        raise ValueError("no plain file")
    return about.st_size
