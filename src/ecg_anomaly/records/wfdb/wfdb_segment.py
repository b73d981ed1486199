"""Read the signals of one WFDB header as mV: an ordinary record, or a segment of a longer one."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.stored_values import RESTORE, Scale
from ecg_anomaly.records.voltage_units import millivolts_per
from ecg_anomaly.records.wfdb.wfdb_file_checks import (
    count_frames,
    count_stored,
    frames_of,
    group_by_file,
)
from ecg_anomaly.records.wfdb.wfdb_header import Header
from ecg_anomaly.records.wfdb.wfdb_lead import DEFAULT_GAIN, Lead
from ecg_anomaly.records.wfdb.wfdb_signal_file import SignalFile


def is_electric(lead: Lead) -> bool:
    """Say whether a lead is in a unit of voltage and has no fault."""
    return millivolts_per(lead.unit) is not None and not lead.fault


class WfdbSegment:
    """Frames of an ordinary record as mV.

    Parameters
    ----------
    folder : Path
        Folder of the record.
    name : str
        Name of the record.
    header : Header
        Its checked header.
    per_frame : int
        Samples per frame of the leads that are wanted; leads at another rate are left out.
    wanted : callable
        Says of each lead whether it is read; files without such a lead are not opened.
    options : ReadOptions
        Whether a file that was cut off or has a wrong checksum is refused, and the unit of leads
        that state none.

    Attributes
    ----------
    n_frames : int
        Length in frames.
    n_stored : int
        Frames that the files hold: less than `n_frames` where the recorder was cut off.
    leads : tuple of str
        The wanted leads that are stored in a file.
    notes : list of str
        Notes for the user, which reading may add to.

    Raises
    ------
    UserError
        When a file is missing or too short, or the header contradicts itself.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        header: Header,
        per_frame: int,
        wanted: Callable[[Lead], bool] = is_electric,
        options: ReadOptions = AS_IT_IS,
    ) -> None:
        path, self._per_frame, self._options = folder / f"{name}.hea", per_frame, options
        stored = group_by_file(header)
        chosen = [
            lead
            for lead in header.leads
            if lead.file != "~" and lead.samples_per_frame == per_frame and wanted(lead)
        ]
        used = {lead.file: stored[lead.file] for lead in chosen}
        self.n_frames = count_frames(folder, path, header, used)
        self.n_stored = count_stored(folder, path, self.n_frames, used)
        self.notes = [*_describe_gains(chosen), *self._describe_loss(folder, path, used)]
        self.leads = tuple(lead.name for lead in chosen)
        column = {id(lead): i for i, lead in enumerate(chosen)}
        self._files: list[tuple[SignalFile, dict[int, int]]] = []
        for file, leads in used.items():
            place = {column[id(x)]: i for i, x in enumerate(leads) if id(x) in column}
            wanted_places = list(place.values())
            opened = SignalFile(folder / file, leads, wanted_places, self.n_stored, path)
            self._files.append((opened, place))
        self._check_sums()

    def _describe_loss(self, folder: Path, path: Path, used: dict[str, list[Lead]]) -> list[str]:
        if self.n_stored == self.n_frames:
            return []
        frames = {file: frames_of(folder, file, leads) for file, leads in used.items()}
        name = next(file for file, n in frames.items() if n is not None and n == self.n_stored)
        if self._options.strict or not self.n_stored:
            rule = f"truncated, {self.n_stored} of the {self.n_frames} samples of {path.name}"
            raise UserError(folder / name, rule, RESTORE)
        return [f"{name} was cut off: {self.n_stored} of {self.n_frames} samples are there"]

    def _check_sums(self) -> None:
        """Note which checksums cannot be verified, and set whether wrong ones are refused."""
        for file, _ in self._files:
            verified = {i: file.leads[i].checksum for i in file.wanted}
            zero = [file.leads[i].name for i, checksum in verified.items() if checksum == 0]
            if zero:
                self.notes.append(f"checksum 0 of {_list(zero)}: taken as not computed")
            file.unverified = {i for i, x in verified.items() if x == 0}
            if self.n_stored < self.n_frames:
                file.unverified = set(verified)
            file.wrong_sums = self.notes if self._options.accept_checksum else None

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read the frames from `start` up to `stop`.

        Parameters
        ----------
        start, stop : int
            Frames.
        columns : sequence of int, optional
            Indices into `leads` of those to read; all by default.

        Returns
        -------
        ((stop - start) * per_frame, number of columns) float32
            mV, NaN where nothing was recorded.

        Raises
        ------
        UserError
            When a file is damaged, or its checksum is wrong, which is known after the last frame.
        """
        k, wanted = self._per_frame, range(len(self.leads)) if columns is None else columns
        # Each lead contiguous in memory, because leads are converted and filtered one at a time.
        signal = np.empty((len(wanted), (stop - start) * k), dtype=np.float32).T
        end = max(start, min(stop, self.n_stored))
        signal[(end - start) * k :] = np.nan
        for file, place in self._files:
            rows = {row: place[column] for row, column in enumerate(wanted) if column in place}
            for a in range(start, end, file.block_frames) if rows else ():
                b = min(end, a + file.block_frames)
                self._read_block(file, rows, a, b, signal[(a - start) * k : (b - start) * k])
        return signal

    def _read_block(
        self, file: SignalFile, rows: dict[int, int], a: int, b: int, out: NDArray[np.float32]
    ) -> None:
        by_skew: dict[int, list[int]] = {}
        for row, place in rows.items():
            by_skew.setdefault(file.leads[place].skew, []).append(row)
        for skew, chosen in by_skew.items():
            # A lead that lags is read ahead; the samples it skips still count for the checksum.
            first, last = (min(x, self.n_stored) for x in (a + skew if a else 0, b + skew))
            columns = file.read(first, last, [rows[row] for row in chosen])
            ahead = (min(a + skew, self.n_stored) - first) * self._per_frame
            for row, column in zip(chosen, columns, strict=True):
                self._convert(file.leads[rows[row]], file.missing, column[ahead:], out[:, row])

    def _convert(
        self,
        lead: Lead,
        missing: int | None,
        stored: NDArray[np.integer],
        out: NDArray[np.float32],
    ) -> None:
        factor = millivolts_per(lead.unit) or millivolts_per(self._options.unit or "") or 1.0
        Scale(lead.gain, lead.baseline, factor, missing).convert(stored, out[: len(stored)])
        out[len(stored) :] = np.nan


def _describe_gains(leads: list[Lead]) -> list[str]:
    names = [lead.name for lead in leads if not lead.calibrated]
    taken = f"uncalibrated, {DEFAULT_GAIN:g} adu/mV taken"
    return [f"no gain for {_list(names)}: {taken}"] if names else []


def _list(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(name[:20] for name in names[:12]))
