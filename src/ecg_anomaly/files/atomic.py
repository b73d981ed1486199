"""Write files and folders under a temporary name, then rename: a reader never sees half of one."""

import errno
import json
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError, disk_errors
from ecg_anomaly.files.stop_signals import uninterrupted
from ecg_anomaly.files.temporary import locked_folder, remove_abandoned, temporary_beside

#: Time of each array of an ``.npz``, the earliest that the format can state, and more bytes than
#: the text before an array takes.
MEMBER_TIME, MOST_HEADER = (1980, 1, 1, 0, 0, 0), 65_536


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
    with replace_files([path]) as (temporary,):
        yield temporary


@contextmanager
def replace_files(paths: Sequence[str | Path]) -> Iterator[list[Path]]:
    """Yield temporary paths beside `paths`; when the block ends well, rename them all.

    The last file stands for the set: the former one goes before the others are renamed, and the new
    one comes after them. So when it is there, and no process was killed, all belong together; a
    process that writes the same files at the same time waits.

    Parameters
    ----------
    paths : sequence of str or Path
        The files to write, all in one folder, which is made if it is missing.

    Raises
    ------
    UserError
        When the disk is full, read-only or not writable. Nothing is left behind, and no former file
        has changed.
    """
    targets = [Path(path) for path in paths]
    with ExitStack() as stack:
        temporaries: dict[str, Path] = {}
        stack.enter_context(disk_errors(targets[0], temporaries))
        targets[0].parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(targets)
        for target in targets:
            temporary = stack.enter_context(temporary_beside(target))
            temporaries[str(temporary)] = target
        yield [Path(name) for name in temporaries]
        for name in temporaries:
            Path(name).chmod(0o666 & ~_umask())
        _rename_all(temporaries)


def _rename_all(temporaries: Mapping[str, Path]) -> None:
    *_, last = temporaries.values()
    for target in temporaries.values():
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    with locked_folder(last.parent) if len(temporaries) > 1 else nullcontext(), uninterrupted():
        if len(temporaries) > 1:
            last.unlink(missing_ok=True)
        for name, target in temporaries.items():
            os.replace(name, target)


@contextmanager
def replace_folder(path: str | Path) -> Iterator[Path]:
    """Yield an empty temporary folder beside `path`; it takes the place of `path` at the end.

    Raises
    ------
    UserError
        When the disk is full, read-only or not writable. The former folder stays as it was.
    """
    target = Path(path)
    with disk_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned([target])
        with temporary_beside(target, folder=True) as temporary:
            try:
                yield temporary
                temporary.chmod(0o777 & ~_umask())
                with uninterrupted():
                    _swap_folders(temporary, target)
            except UserError as error:
                # A file inside the folder could not be written: name it where it was to be.
                where = error.where.replace(str(temporary), str(target))
                raise UserError(where, error.rule, error.way_out) from error


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
    r"""Write `text` as UTF-8, whole or not at all; what UTF-8 has no bytes for as ``\udc..``."""
    with replace_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_json(path: str | Path, content: Any) -> None:
    r"""Write `content` as indented JSON, keys in the order given, NaN refused as JSON demands.

    The bytes of a file name that are not UTF-8 are written as JSON's ``\udc..``, which `read_json`
    turns into the same name.
    """
    write_text(path, json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


class ArrayWriter:
    """Adds arrays to an ``.npz`` file one at a time.

    `numpy.savez` needs all of them at once, and gives other bytes with other releases of Python,
    which write the sizes of what may become larger than 2 GiB in other places. Here the sizes are
    known beforehand.

    Parameters
    ----------
    archive : zipfile.ZipFile
        Open for writing.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, name: str, array: NDArray[Any]) -> None:
        """Append an array; equal arrays give equal bytes.

        Raises
        ------
        ValueError
            For an array of Python objects, which would need pickle.
        """
        values = np.asarray(array, order="C")
        member = zipfile.ZipInfo(f"{name}.npy", MEMBER_TIME)
        member.file_size = values.nbytes + MOST_HEADER
        with self._archive.open(member, "w") as stream:
            np.lib.format.write_array(stream, values, allow_pickle=False)


@contextmanager
def write_array_by_array(path: str | Path) -> Iterator[ArrayWriter]:
    """Yield a writer of an ``.npz`` file, which appears when it is complete, or not at all."""
    with replace_file(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        yield ArrayWriter(archive)


def write_arrays(path: str | Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write named arrays as one ``.npz`` whose bytes depend on nothing but the arrays."""
    with write_array_by_array(path) as writer:
        for name, array in arrays.items():
            writer.add(name, array)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
