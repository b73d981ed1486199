"""Checks and conversions that the readers of all formats share: bytes, numbers, limits, mV."""

import math
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Limits of a gain, in stored units per physical unit; float32 overflows outside.
GAIN_LIMITS = (1e-9, 1e12)

#: Lowest and highest sampling rate in Hz; R peaks cannot be found below.
FS_LIMITS = (64.0, 100_000.0)

#: Longest record in s: a file with few samples can claim any duration, by gaps between them.
MAX_DURATION_S = 31 * 86400.0

#: Most ECG leads of a recording that are read; body surface maps have more.
MAX_LEADS = 64

#: What a user can do about a damaged file.
RESTORE = "restore the file from its source"


def check_lead_count(where: object, n_leads: int) -> None:
    """Refuse a recording of more than `MAX_LEADS` ECG leads.

    Raises
    ------
    UserError
        When it has more.
    """
    if n_leads > MAX_LEADS:
        rule = f"{n_leads} ECG leads, more than {MAX_LEADS}"
        raise UserError(where, rule, "write the leads to score into a record of their own")


def check_sampling_rate(where: object, fs: float, way_out: str) -> None:
    """Refuse a sampling rate, in Hz, outside of `FS_LIMITS`.

    Raises
    ------
    UserError
        When the rate is out of range or NaN.
    """
    low, high = FS_LIMITS
    if not low <= fs <= high:
        rule = f"sampling rate is {fs:g} Hz, not from {low:g} to {high:g}"
        raise UserError(where, rule, way_out)


def check_duration(where: object, n_samples: int, fs: float) -> None:
    """Refuse a recording of `n_samples` at `fs` Hz that is longer than `MAX_DURATION_S`.

    Raises
    ------
    UserError
        When it is longer.
    """
    if n_samples > MAX_DURATION_S * fs:
        raise UserError(where, f"{n_samples} samples", "cut it, a month at most")


def to_number(text: str) -> float:
    """Read a number with a decimal point or comma; NaN for a text that is not a number.

    Examples
    --------
    >>> to_number(" 2,5 "), to_number("x")
    (2.5, nan)
    """
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


@dataclass(frozen=True)
class Scale:
    """A linear scale from stored values to mV.

    Attributes
    ----------
    gain : float
        Stored units per physical unit.
    baseline : float
        Stored value of 0 physical units.
    millivolts : float
        mV of one physical unit.
    missing : int or None
        Stored value that means "nothing was recorded".
    """

    gain: float
    baseline: float
    millivolts: float
    missing: int | None = None

    def convert(self, stored: NDArray[np.integer], out: NDArray[np.float32]) -> None:
        """Write the mV of `stored` to `out`, NaN where nothing was recorded.

        Whole numbers below 2^24 are divided in single precision where that gives the same as
        double precision rounded afterwards: it takes a fifth of the time.

        Parameters
        ----------
        stored : (n,) int
            Values as stored.
        out : (n,) float32
            Receives the result.
        """
        if stored.dtype == np.int16 and self._is_single:
            np.subtract(stored, np.float32(self.baseline), out=out)
            out /= np.float32(self.gain)
        else:
            out[:] = (stored.astype(np.float64) - self.baseline) / self.gain * self.millivolts
        if self.missing is not None and len(stored) and stored.min() <= self.missing:
            out[stored == self.missing] = np.nan

    @property
    def _is_single(self) -> bool:
        exact = float(np.float32(self.gain)) == self.gain
        small = float(self.baseline).is_integer() and abs(self.baseline) < 2**23
        return self.millivolts == 1.0 and exact and small


def read_bytes(path: Path, offset: int, n_bytes: int) -> NDArray[np.uint8]:
    """Read some bytes of a file.

    The file is not mapped into memory: the process would be killed if the file were truncated
    meanwhile, and the pages that were read would count as its memory.

    Parameters
    ----------
    path : Path
        The file.
    offset : int
        Bytes before the first one to read.
    n_bytes : int
        How many to read.

    Returns
    -------
    (n_bytes,) uint8

    Raises
    ------
    UserError
        When the file cannot be read or is too short.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            stream.seek(offset)
            found = bytearray(n_bytes)
            n_found = _fill(stream, memoryview(found))
    except OSError as error:
        rule = f"cannot be read ({error.strerror})"
        raise UserError(path, rule, "check its permissions") from error
    if n_found < n_bytes:
        rule = f"truncated, no {n_bytes} bytes from byte {offset} on"
        raise UserError(path, rule, RESTORE)
    return np.frombuffer(found, dtype=np.uint8)


def _fill(stream: FileIO, buffer: memoryview) -> int:
    # One call may give less than was asked for.
    n_found = 0
    while n_found < len(buffer) and (n := stream.readinto(buffer[n_found:])):
        n_found += n
    return n_found


def file_size(path: Path) -> int:
    """Return the size of a regular file in bytes.

    Raises
    ------
    UserError
        When the file is missing or empty, or is a folder, a pipe or the like.
    """
    try:
        if not path.exists():
            raise UserError(path, "no such file", "check the folder and the name")
        if path.is_dir():
            raise UserError(path, "a folder, not a recording", "name a recording in it")
        if not path.is_file():
            raise UserError(path, "no plain file", "name a recording")
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        rule = f"cannot be read ({error})"
        raise UserError(path, rule, "check the path and its permissions") from error
    if size == 0:
        raise UserError(path, "the file is empty", RESTORE)
    return size
