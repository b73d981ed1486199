"""Read the samples of a stream of an XDF file with pyxdf, chunk by chunk."""

import io
import logging
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError, missing_package
from ecg_anomaly.records.resting.lead_segments import check_n_samples
from ecg_anomaly.records.stored_values import RESTORE, read_bytes
from ecg_anomaly.records.xdf.xdf_chunks import (
    MARK,
    SAMPLES,
    STREAM_HEADER,
    XdfStream,
)


def read_samples_of_stream(
    path: Path, stream: XdfStream, columns: Sequence[int]
) -> tuple[NDArray[np.float32], NDArray[np.float64], int]:
    """Read some channels of a stream.

    Parameters
    ----------
    path : Path
        The file.
    stream : XdfStream
        A stream of numbers.
    columns : sequence of int
        Channels to read.

    Returns
    -------
    values : (n_samples, n_columns) float32
        As stored.
    stamps : (n_samples,) float64
        Arrival time of each sample in s.
    n_damaged : int
        Number of damaged chunks, which are not read.

    Raises
    ------
    UserError
        When pyxdf is not installed, or there are no samples or more than the limit of
        `check_n_samples`.
    """
    try:
        import pyxdf
    except ImportError:
        raise missing_package(path, "an XDF recording", "pyxdf") from None
    content = _StreamFile(path, stream, len(columns))
    places = list(columns)

    def keep(values: Any, stamps: Any, info: Any, _number: int) -> tuple[Any, Any, Any]:
        with np.errstate(over="ignore"):
            return np.asarray(values)[:, places].astype(np.float32), stamps, info

    with _one_line(path):
        (found,), _ = pyxdf.load_xdf(
            io.BufferedReader(content),
            on_chunk=keep,
            synchronize_clocks=False,
            dejitter_timestamps=False,
        )
        values, stamps = np.asarray(found["time_series"]), np.asarray(found["time_stamps"])
    if content.refusal:
        raise content.refusal
    if not len(values):
        raise UserError(path, "no samples of the ECG", RESTORE)
    return values, stamps, content.n_damaged


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    """Turn whatever pyxdf raises into a `UserError`, and suppress what it logs."""
    log = logging.getLogger("pyxdf.pyxdf")
    log.addFilter(_drop)
    try:
        with np.errstate(all="ignore"):
            yield
    except UserError:
        raise
    except Exception as error:
        rule = f"malformed XDF ({type(error).__name__}: {str(error)[:60]})"
        raise UserError(path, rule, RESTORE) from error
    finally:
        log.removeFilter(_drop)


def _drop(_record: logging.LogRecord) -> bool:
    return False  # what is wrong with the file is checked and said here


def count_samples(content: bytes, width: int) -> int:
    """Count the samples of a chunk.

    Parameters
    ----------
    content : bytes
        Content of the chunk after the number of the stream: the number of samples, then for each
        sample a byte that says whether a stamp of eight bytes follows, the stamp, and its values.
    width : int
        Bytes of the values of a sample.

    Returns
    -------
    int
        -1 when the samples do not fill the chunk exactly: it is damaged.
    """
    n_bytes = content[0] if content else 0
    if n_bytes not in (1, 4, 8) or len(content) < 1 + n_bytes:
        return -1
    n = int.from_bytes(content[1 : 1 + n_bytes], "little")
    place, rest = 1 + n_bytes, len(content) - 1 - n_bytes
    if not n * (1 + width) <= rest <= n * (9 + width):
        return -1
    if rest == n * (9 + width) and content[place :: 9 + width] == b"\x08" * n:
        return n
    for _ in range(n):
        if place >= len(content):
            return -1
        place += 1 + width + (8 if content[place] else 0)
    return n if place == len(content) else -1


class _StreamFile(io.RawIOBase):
    """A virtual XDF file of one stream and its undamaged chunks, made piece by piece."""

    def __init__(self, path: Path, stream: XdfStream, n_columns: int) -> None:
        super().__init__()
        self.n_damaged, self._n_samples, self._n_read = 0, 0, 0
        #: An error in reading, kept because pyxdf would hide it if it were raised.
        self.refusal: UserError | None = None
        self._path, self._stream, self._n_columns = path, stream, n_columns
        self._parts, self._part = self._write(), io.BytesIO()

    def _write(self) -> Iterator[bytes]:
        number = struct.pack("<I", self._stream.number)
        yield MARK
        yield self._chunk(STREAM_HEADER, number + self._stream.header)
        try:
            for content in self._sound_chunks():
                yield self._chunk(SAMPLES, number + content)
        except UserError as error:
            self.refusal = error

    def _sound_chunks(self) -> Iterator[bytes]:
        for start, length in self._stream.chunks:
            content = read_bytes(self._path, start, length).tobytes()
            n = count_samples(content, self._stream.width)
            self.n_damaged += n < 0
            if n > 0:
                self._n_samples += n
                check_n_samples(self._path, self._n_samples * self._n_columns)
                yield content

    @staticmethod
    def _chunk(tag: int, content: bytes) -> bytes:
        return struct.pack("<BQH", 8, len(content) + 2, tag) + content

    def readable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the number of bytes read so far, which pyxdf reports in messages."""
        return self._n_read

    def readinto(self, buffer: Any) -> int:
        """Read bytes of one part of the file into a buffer."""
        n = self._part.readinto(buffer)
        while not n and (part := next(self._parts, None)) is not None:
            self._part = io.BytesIO(part)
            n = self._part.readinto(buffer)
        self._n_read += n
        return n
