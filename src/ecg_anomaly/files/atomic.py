"""Write files and folders under a temporary name, then rename: a reader never sees half of one."""

import errno
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Largest JSON file that is read: what this project writes is far smaller.
MAX_JSON_BYTES = 64 << 20


@contextmanager
def replace_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block ends well.

    Parameters
    ----------
    path : str or Path
        The file to write. Missing parent folders are made.

    Raises
    ------
    UserError
        When the disk is full, read-only or not writable. Nothing is left behind.
    """
    target = Path(path)
    with _disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target)
        handle, name = tempfile.mkstemp(prefix=_prefix(target), dir=target.parent)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def replace_folder(path: str | Path) -> Iterator[Path]:
    """Yield an empty temporary folder beside `path`; it takes the place of `path` at the end.

    Raises
    ------
    UserError
        When the disk is full, read-only or not writable. The former folder stays as it was.
    """
    target = Path(path)
    with _disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(target)
        temporary = Path(tempfile.mkdtemp(prefix=_prefix(target), dir=target.parent))
        try:
            yield temporary
            temporary.chmod(0o777 & ~_umask())
            _swap_folders(temporary, target)
        except UserError as error:
            # A file inside the folder could not be written: name it where it was to be.
            where = error.where.replace(str(temporary), str(target))
            raise UserError(where, error.rule, error.way_out) from error
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _prefix(target: Path) -> str:
    return f".{target.name}.{os.getpid()}."


def _remove_abandoned(target: Path) -> None:
    """Remove what a process that was killed had begun to write to `target`."""
    start = f".{target.name}."
    for path in [path for path in target.parent.iterdir() if path.name.startswith(start)]:
        process = path.name.removeprefix(start).split(".")[0]
        if process.isdigit() and not psutil.pid_exists(int(process)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _swap_folders(fresh: Path, target: Path) -> None:
    # Renamed first, deleted last: a process killed meanwhile leaves no half-deleted `target`.
    former = fresh.with_name(f"{fresh.name}.former")
    if target.exists():
        if not target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        target.replace(former)
    fresh.replace(target)
    shutil.rmtree(former, ignore_errors=True)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` as UTF-8, whole or not at all."""
    with replace_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: str | Path, content: Any) -> None:
    """Write `content` as indented JSON, keys in the order given, NaN refused as JSON demands."""
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def write_arrays(path: str | Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays as one ``.npz`` whose bytes depend on nothing but the arrays.

    NumPy stamps every member with 1980-01-01, so equal arrays give equal files; arrays of
    Python objects are refused because they would need pickle.
    """
    with replace_file(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, allow_pickle=False, **arrays)


def read_arrays(path: str | Path) -> dict[str, NDArray[Any]]:
    """Read every array of an ``.npz`` written by `write_arrays`.

    Raises
    ------
    UserError
        When the file is absent or is not an ``.npz`` archive.
    """
    with _open_arrays(path) as archive:
        return {name: archive[name] for name in archive.files}


def read_array(path: str | Path, name: str) -> NDArray[Any]:
    """Read one array of an ``.npz`` and nothing of the others; errors as in `read_arrays`."""
    with _open_arrays(path) as archive:
        array: NDArray[Any] = archive[name]
        return array


@contextmanager
def _open_arrays(path: str | Path) -> Iterator[np.lib.npyio.NpzFile]:
    try:
        # Opened here: NumPy leaves a file that is no archive open.
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            yield archive
    except FileNotFoundError:
        raise UserError(path, "no such file", "run `dvc repro` to make it") from None
    except (OSError, ValueError, EOFError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise UserError(path, f"not a readable npz file ({error})", "run `dvc repro -f`") from None


def read_json(path: str | Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    UserError
        When the file is absent, is a pipe or the like, larger than `MAX_JSON_BYTES`, or not JSON.
    """
    try:
        about = Path(path).stat()
        if not stat.S_ISREG(about.st_mode):  # a pipe would be waited for
            raise ValueError("no plain file")
        if about.st_size > MAX_JSON_BYTES:
            raise ValueError(f"{about.st_size} bytes")
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(path, "no such file", "run `dvc repro` to make it") from None
    except (OSError, ValueError) as error:
        raise UserError(path, f"not JSON ({error})", "run `dvc repro -f`") from None


@contextmanager
def _disk_errors(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not the system's word: other libraries derive from OSError
            raise
        reason = error.strerror or str(error)
        raise UserError(
            target, f"cannot be written ({reason})", "free space or choose a writable folder"
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
