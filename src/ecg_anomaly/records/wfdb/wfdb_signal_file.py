"""One signal file of a WFDB record: any stretch of frames as stored values."""

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_bytes import RESTORE, read_bytes
from ecg_anomaly.records.wfdb.wfdb_formats import COMPRESSED, FORMATS, Stored
from ecg_anomaly.records.wfdb.wfdb_lead import Lead

#: Samples that are decoded at a time: what fits into a processor's cache.
BLOCK_SAMPLES = 1 << 17


class SignalFile:
    """The leads that one file holds, interleaved frame by frame.

    Parameters
    ----------
    path : Path
        The file.
    leads : list of Lead
        All of its leads, in order.
    n_frames : int
        Frames of the record.
    header : Path
        The header, named in errors.

    Raises
    ------
    UserError
        When its leads differ in format or offset, or the format is unknown.
    """

    def __init__(self, path: Path, leads: list[Lead], n_frames: int, header: Path) -> None:
        self.path, self.leads, self.n_frames = path, leads, n_frames
        self.frame = sum(lead.samples_per_frame for lead in leads)
        self._format = leads[0].format
        if len({(lead.format, lead.offset) for lead in leads}) > 1:
            rule = f"leads of {path.name} differ in format or offset"
            raise UserError(header, rule, "correct the signal lines")
        if self._format not in {*FORMATS, *COMPRESSED}:
            rule = f"format {self._format} of {path.name} is unknown"
            raise UserError(header, rule, f"use one of {', '.join([*FORMATS, *COMPRESSED])}")
        self._lock = Lock()
        self._levels = [np.array([lead.initial for lead in leads], dtype=np.int64)]

    @property
    def block_frames(self) -> int:
        """Frames that are best read at a time."""
        return max(1, BLOCK_SAMPLES // self.frame)

    @property
    def missing(self) -> int | None:
        """The stored value that means "nothing was recorded"."""
        known = FORMATS.get(self._format)
        return known.missing if known else COMPRESSED[self._format]

    def read(self, start: int, stop: int) -> list[NDArray[np.integer]]:
        """Read the stored values of each lead in the frames from `start` up to `stop`."""
        if self._format in COMPRESSED:
            return self._read_compressed(start, stop)
        flat = self._read_differences(start, stop) if self._format == "8" else None
        return self._columns(self._read_flat(start, stop) if flat is None else flat)

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
        import soundfile

        counts = {lead.samples_per_frame for lead in self.leads}
        try:
            with soundfile.SoundFile(str(self.path)) as stream:
                bits = {"PCM_S8": 8, "PCM_16": 16, "PCM_24": 24}[stream.subtype]
                if stream.format != "FLAC" or stream.channels != len(self.leads) or len(counts) > 1:
                    raise ValueError(f"{stream.channels} channels in {stream.format}")
                per_frame = self.leads[0].samples_per_frame
                stream.seek(start * per_frame + self.leads[0].offset)
                wanted = (stop - start) * per_frame
                found = stream.read(
                    wanted, dtype="int16" if bits == 16 else "int32", always_2d=True
                )
        except Exception as error:  # soundfile raises its own, KeyError and ValueError
            rule = f"not a readable FLAC file of format {self._format} ({error})"
            raise UserError(self.path, rule, RESTORE) from error
        if len(found) < wanted:
            raise UserError(self.path, f"truncated, {len(found)} of {wanted} samples", RESTORE)
        # Samples narrower than the type they are read as come at its top.
        return list((found >> (0 if bits == 16 else 32 - bits)).T)
