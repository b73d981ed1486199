"""Read stored values from a signal file of a WFDB record, and verify its checksums."""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE, read_bytes
from ecg_anomaly.records.wfdb.wfdb_file_checks import RunningSum
from ecg_anomaly.records.wfdb.wfdb_formats import FORMATS, MISSING, Stored, read_flac
from ecg_anomaly.records.wfdb.wfdb_lead import Lead

#: Samples that are decoded at a time, so that they fit into the cache of a processor.
BLOCK_SAMPLES = 1 << 17

#: Least frames in a block of a file of many leads, of which few may be read, and most samples of
#: such a block.
LEAST_FRAMES, LARGE_BLOCK = 1 << 13, 1 << 20

#: Most samples of a frame, which is the smallest unit that can be read.
MAX_FRAME_SAMPLES = 1 << 22


class SignalFile:
    """A signal file, which holds one or several leads interleaved frame by frame.

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
        Path of the header, named in errors.

    Attributes
    ----------
    missing : int or None
        The stored value that means "nothing was recorded".
    unverified : set of int
        Positions of leads whose checksums are not verified.
    wrong_sums : list of str or None
        Receives a line for each wrong checksum; None to raise a `UserError` instead.

    Raises
    ------
    UserError
        When its leads differ in format or offset, the format is unknown, or a frame is too long.
    """

    def __init__(
        self, path: Path, leads: list[Lead], wanted: list[int], n_frames: int, header: Path
    ) -> None:
        self.path, self.leads, self.wanted = path, leads, wanted
        self.frame = sum(lead.samples_per_frame for lead in leads)
        if self.frame > MAX_FRAME_SAMPLES:
            rule = f"a frame of {path.name} has {self.frame} samples, more than {MAX_FRAME_SAMPLES}"
            raise UserError(header, rule, "correct the samples per frame")
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
        ends = list(accumulate(lead.samples_per_frame for lead in leads))
        self._ends = {i: ends[i] for i in wanted}
        self._levels = [np.array([leads[i].initial for i in wanted], dtype=np.int64)]
        self._sums = {i: RunningSum(n_frames, leads[i].samples_per_frame) for i in wanted}

    @property
    def block_frames(self) -> int:
        """Number of frames to read at a time."""
        return max(1, BLOCK_SAMPLES // self.frame, min(LEAST_FRAMES, LARGE_BLOCK // self.frame))

    def read(
        self, start: int, stop: int, places: Sequence[int] | None = None
    ) -> list[NDArray[np.integer]]:
        """Read the stored values of some leads in the frames from `start` up to `stop`.

        Parameters
        ----------
        start, stop : int
            Frames.
        places : sequence of int, optional
            Positions of the leads to read, among those of `wanted`, which is the default.

        Returns
        -------
        list of ((stop - start) * samples_per_frame,) int
            One array for each lead that was asked for.

        Raises
        ------
        UserError
            When the file cannot be read or is damaged. A wrong checksum is found when every frame
            was read once, in whatever order.
        """
        places = self.wanted if places is None else places
        if self._format not in FORMATS:
            columns = self._read_compressed(start, stop, places)
        elif self._format == "8":
            columns = self._read_differences(start, stop, places)
        else:
            columns = self._columns(self._read_flat(start, stop), places)
        for i, column in zip(places, columns, strict=True):
            self._check_sum(i, start, column)
        return columns

    def _columns(
        self, flat: NDArray[np.integer], places: Sequence[int]
    ) -> list[NDArray[np.integer]]:
        frames = flat.reshape(-1, self.frame)
        return [
            frames[:, self._ends[i] - self.leads[i].samples_per_frame : self._ends[i]].reshape(-1)
            for i in places
        ]

    def _read_flat(self, start: int, stop: int) -> Stored:
        form = FORMATS[self._format]
        first, last = start * self.frame, stop * self.frame
        group = first // form.samples
        n_groups = -(-last // form.samples) - group
        # The last group of a file may be incomplete.
        absent = -(-last // form.samples) * form.size - -(-last * form.size // form.samples)
        offset = self.leads[0].offset + group * form.size
        raw = read_bytes(self.path, offset, n_groups * form.size - absent)
        if absent:
            raw = np.append(raw, np.zeros(absent, dtype=np.uint8))
        return form.decode(raw)[first - group * form.samples :][: last - first]

    def _read_differences(
        self, start: int, stop: int, places: Sequence[int]
    ) -> list[NDArray[np.integer]]:
        """Read format 8, which stores differences; the sum at the start of each block is kept."""
        step = self.block_frames
        with self._lock:
            first = min(start // step, len(self._levels) - 1)
            blocks = [
                self._add_up(i, min(stop, (i + 1) * step)) for i in range(first, -(-stop // step))
            ]
        columns: list[NDArray[np.integer]] = []
        for i in places:
            parts = [block[self.wanted.index(i)] for block in blocks]
            column = np.concatenate(parts) if parts else np.zeros(0, np.int64)
            columns.append(column[(start - first * step) * self.leads[i].samples_per_frame :])
        return columns

    def _add_up(self, block: int, stop: int) -> list[NDArray[np.int64]]:
        start = block * self.block_frames
        columns = self._columns(self._read_flat(start, stop), self.wanted)
        sums = [
            level + np.cumsum(column, dtype=np.int64)
            for level, column in zip(self._levels[block], columns, strict=True)
        ]
        if block + 1 == len(self._levels) and stop == start + self.block_frames:
            self._levels.append(np.array([part[-1] for part in sums]))
        return sums

    def _read_compressed(
        self, start: int, stop: int, places: Sequence[int]
    ) -> list[NDArray[np.integer]]:
        counts = {lead.samples_per_frame for lead in self.leads}
        if len(counts) > 1:
            rule = f"leads in format {self._format} differ in samples per frame"
            raise UserError(self.path, rule, RESTORE)
        k = counts.pop()
        first = start * k + self.leads[0].offset
        found = read_flac(self.path, first, first + (stop - start) * k, len(self.leads))
        return [found[i] for i in places]

    def _check_sum(self, place: int, start: int, column: NDArray[np.integer]) -> None:
        lead, found = self.leads[place], self._sums[place].add(start, column)
        if found is None or lead.checksum is None or place in self.unverified:
            return
        if (lead.checksum - found) % 65536:
            self._report_sum(lead.name, found, lead.checksum % 65536)

    def _report_sum(self, name: str, found: int, stated: int) -> None:
        rule = f"lead {name[:40]} has checksum {found}, the header says {stated}"
        if self.wrong_sums is None:
            raise UserError(self.path, rule, f"{RESTORE}, or accept it with --accept-checksum")
        self.wrong_sums.append(f"{self.path.name}: {rule}; accepted")
