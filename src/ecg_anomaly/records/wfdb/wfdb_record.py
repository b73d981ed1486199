"""Read a WFDB record of one or many segments piece by piece."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import FS_LIMITS, MILLIVOLTS
from ecg_anomaly.records.wfdb.wfdb_header import Header, read_header
from ecg_anomaly.records.wfdb.wfdb_segment import WfdbSegment, is_wanted

#: A lead is known by its name and, where a segment has that name twice, by its turn.
LeadKey = tuple[str, int]

#: Name, announced length and header of a segment; a gap has no header.
SegmentHeader = tuple[str, int | None, Header | None]


class WfdbRecord:
    """A WFDB record on disk; a `StoredRecord`.

    Segments are laid end to end; in gaps, and for leads that a segment lacks, the signal is NaN.

    Parameters
    ----------
    header_path : Path
        The ``.hea`` file.
    lead : str, optional
        A lead that must be there; leads at other rates than its own are left out. Without it the
        leads at the highest rate are taken.

    Attributes
    ----------
    samples_per_frame : int
        Samples of each lead in a frame of the file, the unit in which annotations count.

    Raises
    ------
    UserError
        When a header or file is missing, malformed, or too short, or no lead is in volts.
    """

    def __init__(self, header_path: Path, lead: str | None = None) -> None:
        self.source, self.name = header_path, header_path.stem
        whole = read_header(header_path)
        headers = _segment_headers(header_path, whole)
        self.samples_per_frame = _samples_per_frame(header_path, headers, lead)
        self.fs = whole.fs * self.samples_per_frame
        _check_rate(header_path, self.fs)
        self._pieces = list(_lay_out(header_path, headers, self.samples_per_frame))
        self._keys = list(dict.fromkeys(key for piece in self._pieces for key in piece.keys))
        self.leads = tuple(name for name, _ in self._keys)
        self._starts = [0, *accumulate(piece.n_frames for piece in self._pieces)]
        self.n_samples = self._starts[-1] * self.samples_per_frame

    @cached_property
    def header_sha256(self) -> str:
        """Digest of the header."""
        return file_sha256(self.source)

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        k = self.samples_per_frame
        first, last = start // k, -(-stop // k)
        only = self._pieces[0].stored if len(self._pieces) == 1 else None
        signal = only.read(first, last) if only else self._join(first, last)
        return signal[start - first * k :][: stop - start]

    def _join(self, first: int, last: int) -> NDArray[np.float32]:
        k = self.samples_per_frame
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


@dataclass(frozen=True)
class _Piece:
    """Part of the record's time: `stored` is None for a gap; `keys` are the leads it holds."""

    n_frames: int
    stored: WfdbSegment | None
    keys: tuple[LeadKey, ...]


def _segment_headers(path: Path, whole: Header) -> list[SegmentHeader]:
    """Read the headers of all segments; an ordinary record is its own only segment."""
    if not whole.segments:
        return [(path.stem, whole.n_samples, whole)]
    known: dict[str, Header] = {}
    headers: list[SegmentHeader] = []
    for segment in whole.segments:
        if segment.name != "~" and segment.name not in known:
            known[segment.name] = _segment_header(path, segment.name, whole.fs)
        headers.append((segment.name, segment.n_samples, known.get(segment.name)))
    return headers


def _segment_header(path: Path, name: str, fs: float) -> Header:
    header_path = path.parent / f"{name}.hea"
    header = read_header(header_path)
    if header.segments or header.fs != fs:
        rule = f"no segment at {fs:g} Hz of record {path.stem}"
        raise UserError(header_path, rule, "correct the header")
    return header


def _lay_out(path: Path, headers: list[SegmentHeader], per_frame: int) -> Iterator[_Piece]:
    """Yield the segments one after the other, opened; the same one is opened once."""
    stored: dict[str, WfdbSegment] = {}
    for name, length, header in headers:
        if header is None:
            yield _Piece(length or 0, None, ())
            continue
        names = [lead.name for lead in header.leads if is_wanted(lead, per_frame)]
        keys = tuple((x, names[:i].count(x)) for i, x in enumerate(names))
        if length == 0 and len(headers) > 1:  # a layout: it names the leads and stores nothing
            yield _Piece(0, None, keys)
            continue
        if name not in stored:
            place = path.parent / name  # a segment may lie in a folder below, its data beside it
            stored[name] = WfdbSegment(place.parent, place.name, header, per_frame)
        found = stored[name]
        if length is not None and found.n_frames != length:
            rule = f"{found.n_frames} samples, {path.name} announces {length}"
            raise UserError(path.parent / f"{name}.hea", rule, "correct the header")
        yield _Piece(found.n_frames, found, keys)


def _samples_per_frame(path: Path, headers: list[SegmentHeader], name: str | None) -> int:
    leads = [lead for _, _, header in headers if header for lead in header.leads]
    electric = [lead for lead in leads if lead.unit in MILLIVOLTS]
    if not electric:
        units = ", ".join(lead.unit for lead in leads) or "of no segment"
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
