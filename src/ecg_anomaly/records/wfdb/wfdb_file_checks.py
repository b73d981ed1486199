"""Check signal files against their header: number of frames, and checksums of the samples."""

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import MAX_DURATION_S, RESTORE, file_size
from ecg_anomaly.records.wfdb.wfdb_formats import FORMATS
from ecg_anomaly.records.wfdb.wfdb_header import Header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead

#: First and past-the-end frame.
Span = tuple[int, int]


def group_by_file(header: Header) -> dict[str, list[Lead]]:
    """Return the leads of each signal file, in the order of the header."""
    stored: dict[str, list[Lead]] = {}
    for lead in header.leads:
        stored.setdefault(lead.file, []).append(lead)
    return stored


def count_frames(folder: Path, path: Path, header: Header, used: dict[str, list[Lead]]) -> int:
    """Return the announced length in frames, or that of the files where none is announced.

    Parameters
    ----------
    folder, path : Path
        Folder of the record, and its header file.
    header : Header
        The checked header.
    used : dict of str to list of Lead
        Signal files that are read, and all leads of each.

    Raises
    ------
    UserError
        When the length is unknown, 0 or longer than `MAX_DURATION_S`.
    """
    n_frames = header.n_samples
    if n_frames is None:
        counts = {frames_of(folder, file, leads) for file, leads in used.items()}
        if len(counts) != 1 or None in counts:
            rule = "no length, and the signal files do not tell it"
            raise UserError(path, rule, "write the number of samples into the record line")
        n_frames = counts.pop() or 0
    if not 0 < n_frames <= MAX_DURATION_S * header.fs:
        rule = f"a length of {n_frames} samples" if n_frames else "a record of 0 samples"
        raise UserError(path, rule, "correct the length, a month at most")
    return n_frames


def count_stored(folder: Path, path: Path, n_frames: int, used: dict[str, list[Lead]]) -> int:
    """Return the number of frames in the shortest of the used files, at most the announced ones.

    Raises
    ------
    UserError
        When a file is missing.
    """
    for file in used:
        if not (folder / file).is_file():
            raise UserError(folder / file, f"header {path.name} has no data file", RESTORE)
    counts = [frames_of(folder, file, leads) for file, leads in used.items()]
    return min([n_frames, *(count for count in counts if count is not None)])


def frames_of(folder: Path, file: str, leads: list[Lead]) -> int | None:
    """Return the number of frames in a file; None for compressed formats, whose size varies."""
    form = FORMATS.get(leads[0].format)
    if form is None:
        return None
    frame = sum(lead.samples_per_frame for lead in leads)
    return max(0, int((file_size(folder / file) - leads[0].offset) / form.sample_bytes / frame))


class RunningSum:
    """Checksum of a lead: the sum of its samples modulo 65536, added up in any order of frames."""

    def __init__(self, n_frames: int, per_frame: int) -> None:
        self._n_frames, self._per_frame = n_frames, per_frame
        self._covered: list[Span] = []
        self._sum = 0
        self._lock = Lock()

    def add(self, start: int, samples: NDArray[np.integer]) -> int | None:
        """Add frames from `start` on, but for those added before; return the sum when complete.

        Returns None while frames are missing, and after the sum was returned once.
        """
        stop = start + len(samples) // self._per_frame
        # int16 overflows to the sum modulo 65536, and is fast.
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
