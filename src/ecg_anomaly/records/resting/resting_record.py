"""A recording that was read whole into memory, such as a resting ECG, as a `StoredRecord`."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.ecg_shape import find_ecg_columns
from ecg_anomaly.records.ecg_signals import LeftOut, Signal, SignalChoice, choose_signals
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.record_names import record_name
from ecg_anomaly.records.resting.lead_segments import LeadSegment, add_limb_leads
from ecg_anomaly.records.stored_values import MAX_DURATION_S, check_sampling_rate

#: Larger amplitudes, in mV, are not from a body.
MAX_MV = 1e6

#: Name, unit and sampling rate of a signal: segments of one key are one signal.
Key = tuple[str, str, float]

#: First sample of a segment, and its amplitudes in mV.
Placed = tuple[int, NDArray[np.float32]]


class RestingRecord:
    """An ECG in memory, each lead of it in one or several segments; a `StoredRecord`.

    Where a lead was not recorded it is read as NaN; these gaps take no memory.

    Parameters
    ----------
    path : Path
        The file it was read from.
    segments : sequence of LeadSegment
        All segments of the file.
    options : ReadOptions
        Which lead must be read and which are ignored, the unit of leads that state none.
    notes : tuple of str
        Notes of the reader for the user.

    Raises
    ------
    UserError
        When it holds no ECG, or its rate, its length or an amplitude is out of range.
    """

    def __init__(
        self,
        path: Path,
        segments: Sequence[LeadSegment],
        options: ReadOptions = AS_IT_IS,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.source, self.name = path, record_name(path)
        all_segments, added = add_limb_leads(segments)
        by_signal: dict[Key, list[LeadSegment]] = {}
        for segment in all_segments:
            key = (segment.name, segment.unit, float(np.nan_to_num(segment.fs)))
            by_signal.setdefault(key, []).append(segment)
        signals = [Signal(*key, fault=_fault(found)) for key, found in by_signal.items()]
        choice = choose_signals(path, signals, options)
        self._repeated: list[str] = []
        self._open(list(by_signal.values()), signals, choice)
        if choice.doubtful:
            slow = average_down(self)
            choice = choice.keep(find_ecg_columns(slow.read, slow.n_samples, slow.fs), signals)
            self._open(list(by_signal.values()), signals, choice)
        self.left_out: tuple[LeftOut, ...] = choice.left_out
        described = repr([(*key, [len(s.values) for s in by_signal[key]]) for key in by_signal])
        self.header_sha256 = hashlib.sha256(described.encode()).hexdigest()
        self.notes = (*notes, *self._describe_added(added), *self._describe_repeated())

    def _open(
        self, found: list[list[LeadSegment]], signals: list[Signal], choice: SignalChoice
    ) -> None:
        """Set rate and leads by the chosen signals, and place their segments in time."""
        self.leads = tuple(signals[i].name for i in choice.columns)
        self.fs = signals[choice.columns[0]].rate
        check_sampling_rate(self.source, self.fs, "correct the file")
        chosen = [found[i] for i in choice.columns]
        origin = min(segment.start_s for lead in chosen for segment in lead)
        self._check_length(max(segment.start_s for lead in chosen for segment in lead) - origin)
        self._placed = [
            self._place(lead, origin, factor)
            for lead, factor in zip(chosen, choice.millivolts, strict=True)
        ]
        spans = [(start, start + len(mv)) for lead in self._placed for start, mv in lead]
        self._spans = np.array(spans, dtype=np.int64).reshape(-1, 2)
        self.n_samples = int(self._spans[:, 1].max())
        self._check_length(self.n_samples / self.fs)

    def _check_length(self, seconds: float) -> None:
        if not seconds <= MAX_DURATION_S:
            rule = f"parts of it lie {seconds / 86400:.4g} days apart"
            raise UserError(self.source, rule, "write each part into a file of its own")

    def _place(self, segments: list[LeadSegment], origin: float, factor: float) -> list[Placed]:
        """Return the segments of a lead in order, without samples that an earlier one covers."""
        placed: list[Placed] = []
        end = 0
        for segment in sorted(segments, key=lambda segment: segment.start_s):
            start = round((segment.start_s - origin) * self.fs)
            if start < end and segment.name not in self._repeated:
                self._repeated.append(segment.name)
            fresh = self._to_mv(segment, factor)[max(0, end - start) :]
            if len(fresh):
                start = max(start, end)
                placed.append((start, fresh))
                end = start + len(fresh)
        return placed

    def _to_mv(self, segment: LeadSegment, factor: float) -> NDArray[np.float32]:
        mv = segment.convert(factor)
        highest = float(np.abs(np.nan_to_num(mv, nan=0.0)).max(initial=0.0))
        if highest > MAX_MV:
            rule = f"an amplitude of {highest:.3g} mV"
            raise UserError(self.source, rule, "check the scale that the file states")
        return mv

    def _describe_added(self, added: tuple[str, ...]) -> tuple[str, ...]:
        names = [name for name in added if name in self.leads]
        return (f"computed from leads I and II: {', '.join(names)}",) if names else ()

    def _describe_repeated(self) -> tuple[str, ...]:
        said = f"parts of {len(self._repeated)} leads are there twice, the earlier one is read"
        return (said,) if self._repeated else ()

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        wanted = range(len(self.leads)) if columns is None else columns
        signal = np.full((len(wanted), stop - start), np.nan, dtype=np.float32).T
        for column, lead in enumerate(wanted):
            for first, mv in self._placed[lead]:
                a, b = max(start, first), min(stop, first + len(mv))
                if a < b:
                    signal[a - start : b - start, column] = mv[a - first : b - first]
        return signal

    def next_stored(self, start: int) -> int:
        """Return the first sample from `start` on that is in a segment; see `StreamedRecord`."""
        begins = self._spans[self._spans[:, 1] > start, 0]
        return max(start, int(begins.min())) if len(begins) else self.n_samples


def _fault(segments: list[LeadSegment]) -> str:
    """Return the fault of a signal: that of the first segment with one."""
    return next((segment.fault for segment in segments if segment.fault), "")
