"""Read a WFDB record of one or many segments piece by piece."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ecg_look import find_ecg_columns
from ecg_anomaly.records.ecg_signals import Signal, SignalChoice, choose_signals
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.stored_values import FS_LIMITS
from ecg_anomaly.records.voltage_units import millivolts_per
from ecg_anomaly.records.wfdb.wfdb_header import Header, read_header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead
from ecg_anomaly.records.wfdb.wfdb_segment import WfdbSegment, is_electric

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
    options : ReadOptions
        Which lead must be there, what is left out, whether a loss is refused.

    Attributes
    ----------
    samples_per_frame : int
        Samples of each lead in a frame of the file, the unit in which annotations count.

    Raises
    ------
    UserError
        When a header or file is missing, malformed, or too short, or no lead is an ECG in volts.
    """

    def __init__(self, header_path: Path, options: ReadOptions = AS_IT_IS) -> None:
        self.source, self.name, self._options = header_path, header_path.stem, options
        whole = read_header(header_path)
        headers = _segment_headers(header_path, whole)
        signals = _signals(headers)
        choice = choose_signals(header_path, signals, options)
        self._open(whole, headers, signals, choice)
        if choice.doubtful:
            looks = find_ecg_columns(self.read, self.n_samples, self.fs)
            rows = [self.leads.index(signals[i].name) for i in choice.columns]
            choice = choice.keep([looks[row] for row in rows], signals)
            self._open(whole, headers, signals, choice)
        self.left_out = choice.left_out

    def _open(
        self,
        whole: Header,
        headers: list[SegmentHeader],
        signals: list[Signal],
        choice: SignalChoice,
    ) -> None:
        """Open the segments with the chosen leads of each."""
        names = {signals[i].name for i in choice.columns}
        self.samples_per_frame = k = int(signals[choice.columns[0]].rate)
        self.fs = whole.fs * k
        _check_rate(self.source, self.fs)

        def wanted(lead: Lead) -> bool:
            known = is_electric(lead) or (bool(self._options.unit) and not lead.fault)
            return lead.name in names and lead.samples_per_frame == k and known

        self._pieces = list(_lay_out(self.source, headers, k, wanted, self._options))
        self._keys = list(dict.fromkeys(key for piece in self._pieces for key in piece.keys))
        self.leads = tuple(name for name, _ in self._keys)
        self._starts = [0, *accumulate(piece.n_frames for piece in self._pieces)]
        self.n_samples = self._starts[-1] * k

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user must know about the recording; all of it once all samples are read."""
        stored = [piece.stored for piece in self._pieces if piece.stored is not None]
        return tuple(dict.fromkeys(note for segment in stored for note in segment.notes))

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


def _lay_out(
    path: Path,
    headers: list[SegmentHeader],
    per_frame: int,
    wanted: Callable[[Lead], bool],
    options: ReadOptions,
) -> Iterator[_Piece]:
    """Yield the segments one after the other, opened; the same one is opened once."""
    stored: dict[str, WfdbSegment] = {}
    for name, length, header in headers:
        if header is None:
            yield _Piece(length or 0, None, ())
            continue
        names = [lead.name for lead in header.leads if wanted(lead)]
        keys = tuple((x, names[:i].count(x)) for i, x in enumerate(names))
        if length == 0 and len(headers) > 1:  # a layout: it names the leads and stores nothing
            yield _Piece(0, None, keys)
            continue
        if not keys:  # a segment without the ECG is a gap in it
            yield _Piece(length or 0, None, ())
            continue
        if name not in stored:
            place = path.parent / name  # a segment may lie in a folder below, its data beside it
            stored[name] = WfdbSegment(place.parent, place.name, header, per_frame, wanted, options)
        found = stored[name]
        if length is not None and found.n_frames != length:
            rule = f"{found.n_frames} samples, {path.name} announces {length}"
            raise UserError(path.parent / f"{name}.hea", rule, "correct the header")
        yield _Piece(found.n_frames if len(headers) > 1 else found.n_stored, found, keys)


def _signals(headers: list[SegmentHeader]) -> list[Signal]:
    """List the signals of all segments: one of each name and rate, in volts where there is one."""
    found: dict[tuple[str, int], Signal] = {}
    for lead in (lead for _, _, header in headers if header for lead in header.leads):
        key = (lead.name, lead.samples_per_frame)
        if key not in found or (is_electric(lead) and not _is_sound(found[key])):
            found[key] = Signal(lead.name, lead.unit, lead.samples_per_frame, lead.fault)
    return list(found.values())


def _is_sound(signal: Signal) -> bool:
    return not signal.fault and millivolts_per(signal.unit) is not None


def _check_rate(path: Path, fs: float) -> None:
    low, high = FS_LIMITS
    if not low <= fs <= high:
        rule = f"sampling rate is {fs:g} Hz, not from {low:g} to {high:g}"
        raise UserError(path, rule, "write the true rate")
