"""Decode the numbers of resting ECGs: text, Base64, differences, and the interval of samples."""

import base64
import binascii
import math
import re
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting.lead_segments import check_n_samples
from ecg_anomaly.records.stored_values import RESTORE

#: Numbers of a text that are parsed at a time.
BLOCK = 1 << 16

#: Largest relative error of a sampling rate whose interval was rounded, as 1667 µs for 600 Hz.
ROUNDED = 5e-4

_WORD = re.compile(r"[^\s,;]+")


def read_numbers(path: Path, text: str, what: str) -> NDArray[np.float32]:
    """Read numbers with spaces, commas or semicolons between them; ``NaN`` is a missing sample.

    Parameters
    ----------
    path : Path
        Named in errors.
    text : str
        As in ``<digits>`` of an HL7 aECG.
    what : str
        Name of the numbers in errors.

    Returns
    -------
    (n,) float32

    Raises
    ------
    UserError
        When a word is not a number, or there are no words or more than `MAX_SAMPLES`.
    """
    words = (match[0] for match in _WORD.finditer(text))
    blocks: list[NDArray[np.float32]] = []
    while block := list(islice(words, BLOCK)):
        try:
            with np.errstate(over="ignore"):
                blocks.append(np.array(block, dtype=np.float64).astype(np.float32))
        except ValueError as error:
            wrong = next(filter(_is_no_number, block), "")
            raise UserError(path, f"{what}: {wrong!r} is no number", RESTORE) from error
        check_n_samples(path, len(blocks) * BLOCK - BLOCK + len(block))
    check_n_samples(path, sum(map(len, blocks)))
    return np.concatenate(blocks)


def _is_no_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return True
    return False


def read_base64(path: Path, text: str, what: str) -> bytes:
    """Decode Base64 with line ends and spaces anywhere; `what` is its name in errors.

    Raises
    ------
    UserError
        When the text is not Base64.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UserError(path, f"{what}: no Base64 ({error})", RESTORE) from error


def sum_differences(stored: NDArray[np.integer], order: int) -> NDArray[np.int16]:
    """Return the samples whose differences were stored.

    Parameters
    ----------
    stored : (n,) int
        The first `order` samples, then differences of that order.
    order : int
        0 for samples as they are, 1 for first differences, 2 for second ones.

    Returns
    -------
    (n,) int16
        What 16 bits cannot hold overflows, as in the recorder.

    Examples
    --------
    >>> sum_differences(np.array([5, 7, 1, -3]), 2).tolist()
    [5, 7, 10, 10]
    """
    sums = stored.astype(np.int64)
    if order == 2 and len(sums) > 1:
        sums[1] -= sums[0]
        sums[1:] = np.cumsum(sums[1:])
    if order > 0:
        sums = np.cumsum(sums)
    return sums.astype(np.int16)


def sampling_rate_of(interval_s: float) -> float:
    """Return the sampling rate in Hz of an interval in s, rounded if the interval was rounded.

    Examples
    --------
    >>> sampling_rate_of(0.001667), sampling_rate_of(0.002), sampling_rate_of(0.0)
    (600.0, 500.0, inf)
    """
    if not interval_s > 0:
        return math.inf
    fs = 1 / interval_s
    whole = round(fs) if math.isfinite(fs) else 0
    return float(whole) if abs(fs - whole) <= ROUNDED * fs else fs
