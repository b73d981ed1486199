"""Open a file of a disk or an object store for readers of Parquet, which need to seek in it.

A reader of Parquet raises `OSError` where the bytes are none of Parquet, and so does a store that
does not answer. Here what the store raises becomes a `UserError`, so that a file is not taken for
a damaged one when it only cannot be reached.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ecg_anomaly.archive.file_store import find_file_system, store_errors


class StoredStream:
    """A stream whose errors of reading are those of its store.

    Parameters
    ----------
    stream : file
        Open for reading bytes.
    address : str
        Where it is.
    """

    def __init__(self, stream: Any, address: str) -> None:
        self._stream, self._address = stream, address

    def read(self, n: int = -1) -> bytes:
        """Read as the file does.

        Raises
        ------
        UserError
            When the store does not answer, or refuses.
        """
        with store_errors(self._address):
            return bytes(self._stream.read(n))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def open_stored(address: str) -> Iterator[StoredStream]:
    """Open a file for reading; errors of the store are a `UserError`.

    Raises
    ------
    FileNotFoundError
        When there is no such file.
    UserError
        When the store does not answer, or refuses.
    """
    system, path = find_file_system(address)
    with store_errors(address):
        stream = system.open(path, "rb")
    with stream:
        yield StoredStream(stream, address)
