"""Find when each data record of an EDF file was recorded, from its onsets."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_header import ANNOTATIONS, EdfHeader
from ecg_anomaly.records.stored_values import MAX_DURATION_S, RESTORE, read_bytes

#: A data record may begin so many s before the end of the one before it: onsets are rounded.
OVERLAP_S = 0.02

#: Bytes of data records whose onsets are read at a time.
BLOCK_BYTES = 1 << 22

#: The first list of a data record: its onset, and no note.
_ONSET = re.compile(rb"([+-]\d{1,12}(?:\.\d{1,12})?)\x14\x14")


def record_starts(path: Path, header: EdfHeader, fs: float, per_record: int) -> NDArray[np.int64]:
    """First sample of each data record, counted from the start of the first.

    Parameters
    ----------
    path : Path
        The file.
    header : EdfHeader
        Its header.
    fs : float
        Sampling rate of the signals that are wanted, Hz.
    per_record : int
        Their samples in a data record.

    Returns
    -------
    (n_records,) int64
        Ascending, at least `per_record` apart.

    Raises
    ------
    UserError
        When a data record of an interrupted file (EDF+D) does not say when it began, or begins
        before the end of the one before it.
    """
    if not header.interrupted:
        return np.arange(header.n_records, dtype=np.int64) * per_record
    onset = _read_onsets(path, header)
    early = np.flatnonzero(np.diff(onset) < header.record_s - OVERLAP_S)
    if len(early):
        rule = f"data record {early[0] + 1} begins at {onset[early[0] + 1]:g} s, within another"
        raise UserError(path, rule, RESTORE)
    if onset[-1] - onset[0] > MAX_DURATION_S:
        raise UserError(path, f"an onset at {onset[-1]:g} s", "correct the onsets, a month at most")
    number = np.arange(header.n_records)
    start = np.rint((onset - onset[0]) * fs).astype(np.int64)
    # Rounded onsets must not let records overlap by a sample.
    return np.maximum.accumulate(start - number * per_record) + number * per_record


def _read_onsets(path: Path, header: EdfHeader) -> NDArray[np.float64]:
    signals = [signal for signal in header.signals if signal.label == ANNOTATIONS]
    if not signals:
        rule = f"interrupted (EDF+D) without a signal {ANNOTATIONS!r}"
        raise UserError(path, rule, RESTORE)
    record_bytes = 2 * header.record_samples
    first, n_bytes = 2 * signals[0].offset, 2 * signals[0].per_record
    onsets = np.empty(header.n_records)
    step = max(1, BLOCK_BYTES // record_bytes)
    for a in range(0, header.n_records, step):
        b = min(header.n_records, a + step)
        if record_bytes <= BLOCK_BYTES:
            raw = read_bytes(path, header.n_bytes + a * record_bytes, (b - a) * record_bytes)
            lists = raw.reshape(b - a, record_bytes)[:, first : first + n_bytes]
        else:
            start = header.n_bytes + a * record_bytes + first
            lists = read_bytes(path, start, min(n_bytes, 64))[None]
        for i in range(a, b):
            onsets[i] = _parse_onset(path, i, lists[i - a].tobytes())
    return onsets


def _parse_onset(path: Path, record: int, text: bytes) -> float:
    match = _ONSET.match(text)
    if match is None:
        rule = f"data record {record} does not say when it began"
        raise UserError(path, rule, RESTORE)
    return float(match[1])
