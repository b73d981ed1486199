"""Read a WFDB record of one or many segments piece by piece, as a `StoredRecord`."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.ecg_shape import find_ecg_columns
from ecg_anomaly.records.ecg_signals import Signal, SignalChoice, choose_signals
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.stored_values import check_lead_count, check_sampling_rate
from ecg_anomaly.records.voltage_units import millivolts_per
from ecg_anomaly.records.wfdb.wfdb_header import Header, read_header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead
from ecg_anomaly.records.wfdb.wfdb_pieces import (
    SegmentHeader,
    distinct_headers,
    find_keys,
    find_stored,
    lay_out,
    read_segment_headers,
)
from ecg_anomaly.records.wfdb.wfdb_segment import is_electric


class WfdbRecord:
    """A WFDB record on disk; a `StoredRecord`.

    Segments are concatenated; in gaps, and for leads that a segment lacks, the signal is NaN.
    A lead that no segment stores is no lead of the record.

    Parameters
    ----------
    header_path : Path
        The ``.hea`` file.
    options : ReadOptions
        Which lead must be read, what is left out, whether a record that was cut off is refused.

    Attributes
    ----------
    samples_per_frame : int
        Samples of each lead in a frame of the file, the unit in which annotations count.

    Raises
    ------
    UserError
        When a header or file is missing, malformed or too short, or no lead is an ECG in volts.
    """

    def __init__(self, header_path: Path, options: ReadOptions = AS_IT_IS) -> None:
        self.source, self.name, self._options = header_path, header_path.stem, options
        whole = read_header(header_path)
        headers = read_segment_headers(header_path, whole)
        signals = _signals(headers)
        if not signals:
            rule = "stores no signal: every segment is a gap or a layout"
            raise UserError(header_path, rule, "leave the record out")
        choice = choose_signals(header_path, signals, options)
        self._open(whole, headers, signals, choice)
        if choice.doubtful:
            slow = average_down(self)
            looks = find_ecg_columns(slow.read, slow.n_samples, slow.fs)
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
        check_sampling_rate(self.source, self.fs, "write the true rate")

        def wanted(lead: Lead) -> bool:
            known = is_electric(lead) or (bool(self._options.unit) and not lead.fault)
            return lead.file != "~" and lead.name in names and lead.samples_per_frame == k and known

        keys = find_keys(headers, wanted)
        check_lead_count(self.source, len(keys))
        self._keys = {key: column for column, key in enumerate(keys)}
        self.leads = tuple(name for name, _ in keys)
        self._pieces = list(lay_out(self.source, headers, k, wanted, self._options))
        self._starts = [0, *accumulate(piece.n_frames for piece in self._pieces)]
        spans = list(find_stored(self._pieces))
        self._from, self._until = [a for a, _ in spans], [b for _, b in spans]
        self.n_samples = self._starts[-1] * k

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user; complete once all samples were read."""
        stored = {id(p.stored): p.stored for p in self._pieces if p.stored is not None}.values()
        return tuple(dict.fromkeys(note for segment in stored for note in segment.notes))

    @cached_property
    def header_sha256(self) -> str:
        """Digest of the header."""
        return file_sha256(self.source)

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        k = self.samples_per_frame
        first, last = start // k, -(-stop // k)
        only = self._pieces[0].stored if len(self._pieces) == 1 else None
        read = only.read if only else self._join
        return read(first, last, columns)[start - first * k :][: stop - start]

    def next_stored(self, start: int) -> int:
        """Return the first sample from `start` on that a segment holds; see `StreamedRecord`."""
        k = self.samples_per_frame
        place = bisect_right(self._until, start // k)
        return max(start, self._from[place] * k) if place < len(self._from) else self.n_samples

    def _join(
        self, first: int, last: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        k, wanted = self.samples_per_frame, range(len(self.leads)) if columns is None else columns
        signal = np.full((len(wanted), (last - first) * k), np.nan, dtype=np.float32).T
        rows = {column: row for row, column in enumerate(wanted)}
        index = bisect_right(self._starts, first) - 1
        while index < len(self._pieces) and self._starts[index] < last:
            a, b = max(first, self._starts[index]), min(last, self._starts[index + 1])
            self._copy(index, a, b, signal[(a - first) * k : (b - first) * k], rows)
            index += 1
        return signal

    def _copy(
        self, index: int, a: int, b: int, out: NDArray[np.float32], rows: dict[int, int]
    ) -> None:
        piece, start = self._pieces[index], self._starts[index]
        held = [self._keys[key] for key in piece.keys]
        places = [place for place, column in enumerate(held) if column in rows]
        if piece.stored is None or a >= b or not places:
            return
        found = piece.stored.read(a - start, b - start, places)
        to = [rows[held[place]] for place in places]
        if to == list(range(out.shape[1])):
            out[:] = found
        else:
            out[:, to] = found


def _signals(headers: list[SegmentHeader]) -> list[Signal]:
    """List the stored signals, one for each name and rate, one in volts if there is any."""
    found: dict[tuple[str, int], Signal] = {}
    for lead in (lead for header in distinct_headers(headers) for lead in header.leads):
        if lead.file == "~":
            continue
        key = (lead.name, lead.samples_per_frame)
        if key not in found or (is_electric(lead) and not _is_sound(found[key])):
            found[key] = Signal(lead.name, lead.unit, lead.samples_per_frame, lead.fault)
    return list(found.values())


def _is_sound(signal: Signal) -> bool:
    return not signal.fault and millivolts_per(signal.unit) is not None
