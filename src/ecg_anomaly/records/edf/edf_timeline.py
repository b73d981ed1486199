"""Place the data records of an EDF file in time, by their onsets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_header import ANNOTATIONS, EdfHeader
from ecg_anomaly.records.stored_values import MAX_DURATION_S, RESTORE, read_bytes

#: Time in s by which data records may overlap, because onsets are rounded.
OVERLAP_S = 0.02

#: Bytes of data records whose onsets are read at a time.
BLOCK_BYTES = 1 << 22

#: Most data records of an interrupted file, all of whose onsets are read: one a second for a month.
MAX_INTERRUPTED = int(MAX_DURATION_S)

#: The first annotation list of a data record, which holds its onset and no note.
_ONSET = re.compile(rb"([+-]\d{1,12}(?:\.\d{1,12})?)\x14\x14")


@dataclass(frozen=True)
class Timeline:
    """Times of the data records of a file, as runs of records without a gap.

    Runs take little memory: a file has up to a hundred million data records, and rarely a gap.

    Attributes
    ----------
    n_records, per_record : int
        Data records, and samples of each.
    record, sample : (n_runs,) int64
        First data record of each run, and the sample of the recording at which the run begins.
    """

    n_records: int
    per_record: int
    record: NDArray[np.int64]
    sample: NDArray[np.int64]

    @property
    def n_samples(self) -> int:
        """Length of the recording."""
        return int(self._stops[-1])

    @property
    def _stops(self) -> NDArray[np.int64]:
        """Sample after the last one of each run."""
        return self.sample + np.diff(self.record, append=self.n_records) * self.per_record

    def next_stored(self, start: int) -> int:
        """Return the first sample of a data record from `start` on; see `StreamedRecord`."""
        run = int(np.searchsorted(self._stops, start, side="right"))
        return max(start, int(self.sample[run])) if run < len(self.sample) else self.n_samples

    def find_runs(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """Yield the parts of runs from sample `start` up to, and without, `stop`.

        Yields
        ------
        (int, int, int)
            First and past-the-end sample of each part, and the index of its first sample when all
            data records are concatenated.
        """
        stops = self._stops
        for run in range(int(np.searchsorted(stops, start, side="right")), len(stops)):
            first, last = max(start, int(self.sample[run])), min(stop, int(stops[run]))
            if first >= last:
                return
            place = int(self.record[run]) * self.per_record + first - int(self.sample[run])
            yield first, last, place


def read_timeline(path: Path, header: EdfHeader, fs: float, per_record: int) -> Timeline:
    """Place the data records in time, counted from the start of the first.

    Parameters
    ----------
    path : Path
        The file.
    header : EdfHeader
        Its header.
    fs : float
        Sampling rate of the chosen signals in Hz.
    per_record : int
        Samples of a chosen signal in a data record.

    Returns
    -------
    Timeline

    Raises
    ------
    UserError
        When a data record of an interrupted file (EDF+D) does not say when it began, or begins
        before the end of the one before it, or there are more than `MAX_INTERRUPTED`.
    """
    if not header.interrupted:
        zero = np.zeros(1, np.int64)
        return Timeline(header.n_records, per_record, zero, zero)
    if header.n_records > MAX_INTERRUPTED:
        rule = f"interrupted (EDF+D), of {header.n_records} data records"
        raise UserError(path, rule, f"write it with at most {MAX_INTERRUPTED}")
    onset = _read_onsets(path, header)
    early = np.flatnonzero(np.diff(onset) < header.record_s - OVERLAP_S)
    if len(early):
        rule = f"data record {early[0] + 1} begins at {onset[early[0] + 1]:g} s, within another"
        raise UserError(path, rule, RESTORE)
    if onset[-1] - onset[0] > MAX_DURATION_S:
        raise UserError(path, f"an onset at {onset[-1]:g} s", "correct the onsets, a month at most")
    # Rounded onsets must not let records overlap by a sample.
    shift = np.rint((onset - onset[0]) * fs).astype(np.int64)
    shift = np.maximum.accumulate(shift - np.arange(header.n_records) * per_record)
    first = np.flatnonzero(np.diff(shift, prepend=-1))
    return Timeline(header.n_records, per_record, first, shift[first] + first * per_record)


def _read_onsets(path: Path, header: EdfHeader) -> NDArray[np.float64]:
    signals = [signal for signal in header.signals if signal.label in ANNOTATIONS]
    if not signals:
        rule = f"interrupted (EDF+D) without a signal {ANNOTATIONS[0]!r}"
        raise UserError(path, rule, RESTORE)
    record_bytes, width = header.record_bytes, header.sample_bytes
    first, n_bytes = width * signals[0].offset, width * signals[0].per_record
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
