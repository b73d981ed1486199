"""Read stored values from a signal file of a WFDB record, and verify its checksums."""

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE, read_bytes
from ecg_anomaly.records.wfdb.wfdb_formats import FORMATS, MISSING, Stored, read_flac
from ecg_anomaly.records.wfdb.wfdb_lead import Lead

#: Samples that are decoded at a time: what fits into a processor's cache.
BLOCK_SAMPLES = 1 << 17

#: First frame, and the one after the last.
Span = tuple[int, int]


class SignalFile:
    """Leads of one file, interleaved frame by frame.

    Parameters
    ----------
    path : Path
        The file.
    leads : list of Lead
        All of its leads, in order.
    wanted : list of int
        Positions of the leads that are used: their checksums are verified.
    n_frames : int
        Frames of the record.
    header : Path
        The header, named in errors.

    Attributes
    ----------
    missing : int or None
        The stored value that means "nothing was recorded".
    unverified : set of int
        Positions of leads whose checksums are not verified.
    wrong_sums : list of str or None
        Gets a line for each wrong checksum; None to refuse it.

    Raises
    ------
    UserError
        When its leads differ in format or offset, or the format is unknown.
    """

    def __init__(
        self, path: Path, leads: list[Lead], wanted: list[int], n_frames: int, header: Path
    ) -> None:
        self.path, self.leads, self.wanted = path, leads, wanted
        self.frame = sum(lead.samples_per_frame for lead in leads)
        self._format = leads[0].format
        if len({(lead.format, lead.offset) for lead in leads}) > 1:
            rule = f"leads of {path.name} differ in format or offset"
            raise UserError(header, rule, "correct the signal lines")
        if self._format not in MISSING:
            rule = f"format {self._format} of {path.name} is unknown"
            raise UserError(header, rule, f"use one of {', '.join(MISSING)}")
        self.missing = MISSING[self._format]
        self.unverified: set[int] = set()
        self.wrong_sums: list[str] | None = None
        self._lock = Lock()
        self._levels = [np.array([lead.initial for lead in leads], dtype=np.int64)]
        self._sums = {i: RunningSum(n_frames, leads[i].samples_per_frame) for i in wanted}

    @property
    def block_frames(self) -> int:
        """Frames that are best read at a time."""
        return max(1, BLOCK_SAMPLES // self.frame)

    def read(self, start: int, stop: int) -> list[NDArray[np.integer]]:
        """Read the stored values of each lead in the frames from `start` up to `stop`.

        Returns
        -------
        list of ((stop - start) * samples_per_frame,) int
            One array for each lead.

        Raises
        ------
        UserError
            When the file cannot be read or is damaged. A wrong checksum is found by the read that
            completes the file, in whatever order it is read.
        """
        if self._format not in FORMATS:
            columns = self._read_compressed(start, stop)
        elif self._format == "8":
            columns = self._columns(self._read_differences(start, stop))
        else:
            columns = self._columns(self._read_flat(start, stop))
        self._check_sums(start, columns)
        return columns

    def _columns(self, flat: NDArray[np.integer]) -> list[NDArray[np.integer]]:
        frames = flat.reshape(-1, self.frame)
        columns, place = [], 0
        for lead in self.leads:
            column = frames[:, place : place + lead.samples_per_frame]
            columns.append(column[:, 0] if lead.samples_per_frame == 1 else column.reshape(-1))
            place += lead.samples_per_frame
        return columns

    def _read_flat(self, start: int, stop: int) -> Stored:
        form = FORMATS[self._format]
        first, last = start * self.frame, stop * self.frame
        group = first // form.samples
        n_groups = -(-last // form.samples) - group
        # The last group of a file may lack the bytes of samples that are not there.
        absent = -(-last // form.samples) * form.size - -(-last * form.size // form.samples)
        offset = self.leads[0].offset + group * form.size
        raw = read_bytes(self.path, offset, n_groups * form.size - absent)
        if absent:
            raw = np.append(raw, np.zeros(absent, dtype=np.uint8))
        return form.decode(raw)[first - group * form.samples :][: last - first]

    def _read_differences(self, start: int, stop: int) -> NDArray[np.int64]:
        """Format 8 stores differences: sums are kept at the start of every block."""
        step = self.block_frames
        with self._lock:
            first = min(start // step, len(self._levels) - 1)
            parts = [
                self._add_up(i, min(stop, (i + 1) * step)) for i in range(first, -(-stop // step))
            ]
        flat = np.concatenate(parts) if parts else np.zeros((0, self.frame), dtype=np.int64)
        return flat[start - first * step :].reshape(-1)

    def _add_up(self, block: int, stop: int) -> NDArray[np.int64]:
        start = block * self.block_frames
        columns = self._columns(self._read_flat(start, stop))
        sums = [
            (level + np.cumsum(column, dtype=np.int64)).reshape(stop - start, -1)
            for level, column in zip(self._levels[block], columns, strict=True)
        ]
        if block + 1 == len(self._levels) and stop == start + self.block_frames:
            self._levels.append(np.array([part[-1, -1] for part in sums]))
        return np.concatenate(sums, axis=1)

    def _read_compressed(self, start: int, stop: int) -> list[NDArray[np.integer]]:
        counts = {lead.samples_per_frame for lead in self.leads}
        if len(counts) > 1:
            rule = f"leads in format {self._format} differ in samples per frame"
            raise UserError(self.path, rule, RESTORE)
        k = counts.pop()
        first = start * k + self.leads[0].offset
        return list(read_flac(self.path, first, first + (stop - start) * k, len(self.leads)))

    def _check_sums(self, start: int, columns: list[NDArray[np.integer]]) -> None:
        for i, total in self._sums.items():
            lead, found = self.leads[i], total.add(start, columns[i])
            if found is None or lead.checksum is None or i in self.unverified:
                continue
            if (lead.checksum - found) % 65536:
                self._report_sum(lead.name, found, lead.checksum % 65536)

    def _report_sum(self, name: str, found: int, stated: int) -> None:
        rule = f"lead {name[:40]} has checksum {found}, the header says {stated}"
        if self.wrong_sums is None:
            raise UserError(self.path, rule, f"{RESTORE}, or accept it with --accept-checksum")
        self.wrong_sums.append(f"{self.path.name}: {rule}; accepted")


class RunningSum:
    """Sum of a lead's samples modulo 65536, complete when every frame has been added once."""

    def __init__(self, n_frames: int, per_frame: int) -> None:
        self._n_frames, self._per_frame = n_frames, per_frame
        self._covered: list[Span] = []
        self._sum = 0
        self._lock = Lock()

    def add(self, start: int, samples: NDArray[np.integer]) -> int | None:
        """Add the frames from `start` on, those not added before; give the sum once complete."""
        stop = start + len(samples) // self._per_frame
        # 16 bits that overflow are the sum modulo 65536, and fast.
        wrap = np.int16 if samples.dtype == np.int16 else np.int64
        with self._lock:
            fresh = _uncovered(self._covered, start, stop)
            for a, b in fresh:
                part = samples[(a - start) * self._per_frame : (b - start) * self._per_frame]
                self._sum = (self._sum + int(np.add.reduce(part, dtype=wrap))) % 65536
            if fresh:
                self._covered = _merge([*self._covered, *fresh])
            complete = fresh and self._covered == [(0, self._n_frames)]
            return self._sum if complete else None


def _uncovered(covered: list[Span], start: int, stop: int) -> list[Span]:
    gaps = []
    for a, b in covered:
        if a >= stop:
            break
        if a > start:
            gaps.append((start, a))
        start = max(start, b)
    return [*gaps, (start, stop)] if start < stop else gaps


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged
