"""Files below one address, on a disk or in an object store, each written whole or not at all.

Addresses are those of fsspec: a path, ``s3://...``, ``gs://...``, ``hdfs://...``. An object store
shows an object once all of it has arrived; on a disk a file is written beside its name and renamed.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from ecg_anomaly.files.atomic import replace_file
from ecg_anomaly.files.errors import UserError, missing_package

#: Packages that fsspec needs for an address, where their names tell more than its own words.
PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs"}

#: What the errors of the clients of object stores are called when they refuse a user.
_REFUSED = ("PermissionError", "NoCredentialsError", "PartialCredentialsError", "HttpError")


class FileStore:
    """Files below one address.

    Parameters
    ----------
    address : str
        A folder, which need not exist.

    Raises
    ------
    UserError
        When the address is of no known kind, or the package for it is not installed.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/") or "/"
        self._system, self._root = find_file_system(self.address)

    def locate(self, name: str) -> str:
        """Return the address of a file."""
        return f"{self.address}/{name}"

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, None when there is none.

        Raises
        ------
        UserError
            When it cannot be read.
        """
        with store_errors(self.locate(name)):
            try:
                content: bytes = self._system.cat_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
            return content

    def list_names(self, folder: str) -> list[str]:
        """Return the names of what lies in a folder, in order; nothing when there is no such one.

        Raises
        ------
        UserError
            When it cannot be listed.
        """
        with store_errors(self.locate(folder)):
            try:
                self._system.invalidate_cache()  # others write here too
                paths = self._system.ls(f"{self._root}/{folder}", detail=False)
            except (FileNotFoundError, NotADirectoryError):
                return []
        names = sorted(path.rstrip("/").rsplit("/", 1)[-1] for path in paths)
        return [name for name in names if not name.endswith(".tmp") and name != folder]

    def write(self, name: str, content: bytes) -> None:
        """Write a file, or replace it, whole or not at all.

        Raises
        ------
        UserError
            When it cannot be written.
        """
        self._place(
            name,
            lambda temporary: temporary.write_bytes(content),
            lambda path: self._system.pipe_file(path, content),
        )

    def upload(self, name: str, source: Path) -> None:
        """Write a file with the content of one of this machine, which is not read as a whole.

        Raises
        ------
        UserError
            When it cannot be written.
        """
        self._place(
            name,
            lambda temporary: shutil.copyfile(source, temporary),
            lambda path: self._system.put_file(str(source), path),
        )

    def _place(
        self, name: str, fill: Callable[[Path], object], send: Callable[[str], object]
    ) -> None:
        """Fill a file beside its name and rename it on a disk; send it to an object store."""
        path = f"{self._root}/{name}"
        if isinstance(self._system, LocalFileSystem):
            with replace_file(path) as temporary:
                fill(temporary)
            return
        try:
            with store_errors(self.locate(name), "cannot be written"):
                send(path)
        except FileNotFoundError:
            raise UserError(self.address, "no such bucket", "make it, or name another") from None

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with store_errors(self.locate(name), "cannot be removed"), suppress(FileNotFoundError):
            self._system.rm_file(f"{self._root}/{name}")

    def rename(self, name: str, other: str) -> None:
        """Give a file another name."""
        with store_errors(self.locate(name), "cannot be renamed"):
            self._system.mv(f"{self._root}/{name}", f"{self._root}/{other}")

    def remove_folder(self, folder: str) -> None:
        """Remove a folder with all that is in it, if it is there."""
        with store_errors(self.locate(folder), "cannot be removed"), suppress(FileNotFoundError):
            self._system.rm(f"{self._root}/{folder}", recursive=True)


def find_file_system(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path in it.

    Raises
    ------
    UserError
        When the address is of no known kind, or the package for it is not installed.
    """
    protocol = address.split("://")[0] if "://" in address else "file"
    try:
        system, path = fsspec.core.url_to_fs(address)
    except ImportError:
        package = PACKAGES.get(protocol, f"a package for {protocol}://")
        raise missing_package(address, f"a {protocol}:// address", package) from None
    except ValueError as error:
        raise UserError(
            address, f"no known kind of address ({error})", "give a path or s3://..."
        ) from None
    return system, str(path)


def local_path(address: str) -> Path | None:
    """Return the path of an address on a disk of this machine, None for any other."""
    if "://" not in address:
        return Path(address)
    if not address.startswith(("file://", "local://")):
        return None
    return Path(find_file_system(address)[1])


@contextmanager
def store_errors(address: str, what: str = "cannot be read") -> Iterator[None]:
    """Turn what a file system or the client of an object store raises into a `UserError`.

    A file that is absent is left to the caller: `FileNotFoundError` passes.
    """
    try:
        yield
    except (FileNotFoundError, UserError):
        raise
    except Exception as error:  # each client has exceptions of its own
        if isinstance(error, NotADirectoryError):
            raise UserError(address, "lies in what is no folder", "name another") from error
        name = type(error).__name__
        said = " ".join(str(error).split())[:120]
        if name in _REFUSED or "Forbidden" in said or "denied" in said.lower():
            way_out = "check the credentials, and that they may use it"
            raise UserError(address, f"not allowed ({name})", way_out) from error
        if isinstance(error, OSError) or type(error).__module__ != "builtins":
            rule = f"{what} ({name}: {said})"
            raise UserError(address, rule, "check the address and the connection") from error
        raise
