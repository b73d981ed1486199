"""Read the signals of one WFDB header as mV: an ordinary record, or a segment of a longer one."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import (
    MAX_DURATION_S,
    MILLIVOLTS,
    RESTORE,
    Scale,
    file_size,
)
from ecg_anomaly.records.wfdb.wfdb_formats import FORMATS
from ecg_anomaly.records.wfdb.wfdb_header import Header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead
from ecg_anomaly.records.wfdb.wfdb_signal_file import SignalFile


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
        path, self._per_frame = folder / f"{name}.hea", per_frame
        _check_sizes(folder, path, header)
        self.n_frames = _count_frames(folder, path, header)
        wanted = [lead for lead in header.leads if is_wanted(lead, per_frame)]
        self.leads = tuple(lead.name for lead in wanted)
        self._absent = [i for i, lead in enumerate(wanted) if lead.file == "~"]
        self._column = {id(lead): i for i, lead in enumerate(wanted)}
        self._files = []
        for file in dict.fromkeys(lead.file for lead in wanted if lead.file != "~"):
            leads = _leads_of(header, file)
            used = [i for i, lead in enumerate(leads) if id(lead) in self._column]
            self._files.append(SignalFile(folder / file, leads, used, self.n_frames, path))

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
        chosen = [(i, file.leads[i]) for i in file.wanted]
        for skew in dict.fromkeys(lead.skew for _, lead in chosen):
            # A lead that lags is read ahead; what the lag skips counts for the checksum.
            first, last = (min(x, self.n_frames) for x in (a + skew if a else 0, b + skew))
            columns = file.read(first, last)
            for i, lead in chosen:
                if lead.skew == skew:
                    lagging = columns[i][(min(a + skew, self.n_frames) - first) * self._per_frame :]
                    _convert(lead, file.missing, lagging, out[:, self._column[id(lead)]])


def is_wanted(lead: Lead, per_frame: int) -> bool:
    """Say whether a lead is measured in volts, and at the rate of the wanted ones."""
    return lead.unit in MILLIVOLTS and lead.samples_per_frame == per_frame


def _convert(
    lead: Lead, missing: int | None, stored: NDArray[np.integer], out: NDArray[np.float32]
) -> None:
    scale = Scale(lead.gain, lead.baseline, MILLIVOLTS[lead.unit], missing)
    scale.convert(stored, out[: len(stored)])
    out[len(stored) :] = np.nan


def _leads_of(header: Header, file: str) -> list[Lead]:
    return [lead for lead in header.leads if lead.file == file]


def _check_sizes(folder: Path, header_path: Path, header: Header) -> None:
    """Refuse data files that are absent or shorter than the header announces."""
    for file in dict.fromkeys(lead.file for lead in header.leads if lead.file != "~"):
        path, leads = folder / file, _leads_of(header, file)
        if not path.is_file():
            raise UserError(path, f"header {header_path.name} has no data file", RESTORE)
        form = FORMATS.get(leads[0].format)
        if form is None or header.n_samples is None:
            continue
        frame = sum(lead.samples_per_frame for lead in leads)
        expected = leads[0].offset + int(header.n_samples * frame * form.sample_bytes)
        found = path.stat().st_size
        if found < expected:
            rule = f"truncated, {found} bytes where the header announces {expected}"
            raise UserError(path, rule, RESTORE)


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
    form = FORMATS.get(leads[0].format)
    if file == "~" or form is None:
        rule = f"no length, and that of {file} is not to be told from its size"
        raise UserError(folder / file, rule, "write the number of samples into the record line")
    frame = sum(lead.samples_per_frame for lead in leads)
    return int((file_size(folder / file) - leads[0].offset) / form.sample_bytes / frame)
