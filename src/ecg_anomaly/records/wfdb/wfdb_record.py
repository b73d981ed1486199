"""A WFDB record of one or many segments, read stretch by stretch."""

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_header import FS_LIMITS, read_header
from ecg_anomaly.records.wfdb.wfdb_lead import MILLIVOLTS
from ecg_anomaly.records.wfdb.wfdb_segments import FRAME_RATE_LIMITS, Part, lay_out, read_parts


class WfdbRecord:
    """A WFDB record on a disk.

    Parameters
    ----------
    header_path : Path
        The ``.hea`` file.
    lead : str, optional
        A lead that must be there; leads at other rates than its own are left out. Without it the
        leads at the highest rate are taken.

    Raises
    ------
    UserError
        When a header or file is missing, malformed, or too short, or no lead is in volts.
    """

    def __init__(self, header_path: Path, lead: str | None = None) -> None:
        self.source, self.name = header_path, header_path.stem
        whole = read_header(header_path, FRAME_RATE_LIMITS)
        parts = read_parts(header_path, whole)
        self._per_frame = _samples_per_frame(header_path, parts, lead)
        self.fs = whole.fs * self._per_frame
        _check_rate(header_path, self.fs)
        self._pieces = list(lay_out(header_path.parent, parts, self._per_frame))
        self._keys = list(dict.fromkeys(key for piece in self._pieces for key in piece.keys))
        self.leads = tuple(name for name, _ in self._keys)
        self._starts = [0, *accumulate(piece.n_frames for piece in self._pieces)]
        self.n_samples = self._starts[-1] * self._per_frame

    @cached_property
    def header_sha256(self) -> str:
        """Digest of the header."""
        return file_sha256(self.source)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        k = self._per_frame
        first, last = start // k, -(-stop // k)
        only = self._pieces[0].stored if len(self._pieces) == 1 else None
        signal = only.read(first, last) if only else self._join(first, last)
        return signal[start - first * k :][: stop - start]

    def _join(self, first: int, last: int) -> NDArray[np.float32]:
        k = self._per_frame
        shape = (len(self.leads), (last - first) * k)
        signal = np.full(shape, np.nan, dtype=np.float32).T
        index = bisect_right(self._starts, first) - 1
        while index < len(self._pieces) and self._starts[index] < last:
            a, b = max(first, self._starts[index]), min(last, self._starts[index + 1])
            self._copy(index, a, b, signal[(a - first) * k : (b - first) * k])
            index += 1
        return signal

    def _copy(self, index: int, a: int, b: int, out: NDArray[np.float32]) -> None:
        piece, start = self._pieces[index], self._starts[index]
        if piece.stored is None or a >= b:
            return
        found = piece.stored.read(a - start, b - start)
        if list(piece.keys) == self._keys:
            out[:] = found
        else:
            out[:, [self._keys.index(key) for key in piece.keys]] = found


def _samples_per_frame(path: Path, parts: list[Part], name: str | None) -> int:
    leads = [lead for _, _, header in parts if header for lead in header.leads]
    electric = [lead for lead in leads if lead.unit in MILLIVOLTS]
    if not electric:
        units = ", ".join(dict.fromkeys(lead.unit for lead in leads)) or "of no segment"
        rule = f"no lead in V, mV or µV (units: {units})"
        raise UserError(path, rule, "correct the units or leave the record out")
    named = [lead for lead in electric if name and lead.name.upper() == name.upper()]
    if name and not named:
        rule = f"no lead {name!r} among {', '.join(dict.fromkeys(x.name for x in electric))}"
        raise UserError(path, rule, "name one of them")
    return max(lead.samples_per_frame for lead in named or electric)


def _check_rate(path: Path, fs: float) -> None:
    low, high = FS_LIMITS
    if not low <= fs <= high:
        rule = f"sampling rate is {fs:g} Hz, not from {low:g} to {high:g}"
        raise UserError(path, rule, "write the true rate")
