"""One ordinary WFDB record: its header and the signal files the header names."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.scale import Scale
from ecg_anomaly.records.stored_bytes import RESTORE, file_size
from ecg_anomaly.records.wfdb.checksums import RunningSum
from ecg_anomaly.records.wfdb.wfdb_header import MAX_DURATION_S, Header
from ecg_anomaly.records.wfdb.wfdb_lead import MILLIVOLTS, SAMPLE_BYTES, Lead
from ecg_anomaly.records.wfdb.wfdb_signal import check_sizes
from ecg_anomaly.records.wfdb.wfdb_signal_file import SignalFile


class WfdbSegment:
    """Frames of a record as mV.

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

    Attributes
    ----------
    n_frames : int
        Length in frames.
    leads : tuple of str
        The wanted leads that are measured in volts of any scale.

    Raises
    ------
    UserError
        When a file is missing or too short, or the header contradicts itself.
    """

    def __init__(self, folder: Path, name: str, header: Header, per_frame: int) -> None:
        self._path, self._per_frame = folder / f"{name}.hea", per_frame
        check_sizes(folder, name, header)
        self.n_frames = _count_frames(folder, self._path, header)
        wanted = [lead for lead in header.leads if is_wanted(lead, per_frame)]
        self.leads = tuple(lead.name for lead in wanted)
        self._absent = [i for i, lead in enumerate(wanted) if lead.file == "~"]
        self._column = {id(lead): i for i, lead in enumerate(wanted)}
        files = dict.fromkeys(lead.file for lead in wanted if lead.file != "~")
        self._files = [
            SignalFile(folder / file, _leads_of(header, file), self.n_frames, self._path)
            for file in files
        ]
        self._sums = {id(lead): RunningSum(self.n_frames, per_frame) for lead in wanted}

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read the frames from `start` up to `stop`.

        Returns
        -------
        ((stop - start) * per_frame, n_leads) float32
            mV, NaN where nothing was recorded.

        Raises
        ------
        UserError
            When a file is damaged, or its checksum, which is known with the last frame, is wrong.
        """
        k = self._per_frame
        # Lead by lead in memory: leads are converted here, and filtered later, one at a time.
        signal = np.empty((len(self.leads), (stop - start) * k), dtype=np.float32).T
        signal[:, self._absent] = np.nan
        for file in self._files:
            for a in range(start, stop, file.block_frames):
                b = min(stop, a + file.block_frames)
                self._read_block(file, a, b, signal[(a - start) * k : (b - start) * k])
        return signal

    def _read_block(self, file: SignalFile, a: int, b: int, out: NDArray[np.float32]) -> None:
        chosen = [(i, lead) for i, lead in enumerate(file.leads) if id(lead) in self._column]
        for skew in dict.fromkeys(lead.skew for _, lead in chosen):
            # A lead that lags is read ahead; what the lag skips counts for the checksum.
            first, last = (min(x, self.n_frames) for x in (a + skew if a else 0, b + skew))
            columns = file.read(first, last)
            for i, lead in chosen:
                if lead.skew == skew:
                    self._check_sum(file, lead, first, columns[i])
                    lagging = columns[i][(min(a + skew, self.n_frames) - first) * self._per_frame :]
                    self._convert(file, lead, lagging, out[:, self._column[id(lead)]])

    def _convert(
        self, file: SignalFile, lead: Lead, stored: NDArray[np.integer], out: NDArray[np.float32]
    ) -> None:
        scale = Scale(lead.gain, lead.baseline, MILLIVOLTS[lead.unit], file.missing)
        scale.convert(stored, out[: len(stored)])
        out[len(stored) :] = np.nan

    def _check_sum(
        self, file: SignalFile, lead: Lead, first: int, stored: NDArray[np.integer]
    ) -> None:
        found = self._sums[id(lead)].add(first, stored)
        if found is not None and lead.checksum is not None and (lead.checksum - found) % 65536:
            rule = f"lead {lead.name} has checksum {found}, the header says {lead.checksum % 65536}"
            raise UserError(file.path, rule, RESTORE)


def is_wanted(lead: Lead, per_frame: int) -> bool:
    """Say whether a lead is measured in volts, and at the rate of the wanted ones."""
    return lead.unit in MILLIVOLTS and lead.samples_per_frame == per_frame


def _leads_of(header: Header, file: str) -> list[Lead]:
    return [lead for lead in header.leads if lead.file == file]


def _count_frames(folder: Path, path: Path, header: Header) -> int:
    n_frames = header.n_samples
    if n_frames is None:
        counts = {_frames_of(folder, file, header) for file in {x.file for x in header.leads}}
        if len(counts) != 1:
            rule = "no length, and the signal files differ in theirs"
            raise UserError(path, rule, "write the number of samples into the record line")
        n_frames = counts.pop()
    if not 0 < n_frames <= MAX_DURATION_S * header.fs:
        rule = f"a length of {n_frames} samples" if n_frames else "a record of 0 samples"
        raise UserError(path, rule, "correct the length, a month at most")
    return n_frames


def _frames_of(folder: Path, file: str, header: Header) -> int:
    leads = _leads_of(header, file)
    size = SAMPLE_BYTES.get(leads[0].format)
    if file == "~" or size is None:
        rule = f"no length, and that of {file} is not to be told from its size"
        raise UserError(folder / file, rule, "write the number of samples into the record line")
    frame = sum(lead.samples_per_frame for lead in leads)
    return int((file_size(folder / file) - leads[0].offset) / size / frame)
