"""Read the ECG signals of an EDF, EDF+ or BDF file piece by piece, as a `StoredRecord`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.ecg_shape import find_ecg_columns
from ecg_anomaly.records.ecg_signals import SignalChoice, choose_signals
from ecg_anomaly.records.edf.edf_header import ANNOTATIONS, EdfSignal, read_edf_header
from ecg_anomaly.records.edf.edf_signals import describe_signal, lead_name, make_scale
from ecg_anomaly.records.edf.edf_timeline import read_timeline
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.record_names import record_name
from ecg_anomaly.records.stored_values import (
    FS_LIMITS,
    RESTORE,
    check_duration,
    read_bytes,
)

#: Bytes that are read at a time; a larger data record is read signal by signal.
BLOCK_BYTES = 1 << 20


class EdfRecord:
    """The ECG signals of an EDF file on disk; a `StoredRecord`.

    In the gaps between the data records of an interrupted file (EDF+D) the signal is NaN.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Which signal must be read, whatever its name; the unit of signals that state none;
        ``strict`` refuses a file that was cut off.

    Raises
    ------
    UserError
        When the header is malformed, the file is too short, or it holds no ECG.
    """

    def __init__(self, path: Path, options: ReadOptions = AS_IT_IS) -> None:
        self.source, self.name = path, record_name(path)
        self._header = read_edf_header(path)
        stored = [signal for signal in self._header.signals if signal.label not in ANNOTATIONS]
        signals = [describe_signal(signal, self._header.sample_bytes) for signal in stored]
        choice = choose_signals(path, signals, options)
        self._open(stored, choice)
        if choice.doubtful:
            slow = average_down(self)
            looks = find_ecg_columns(slow.read, slow.n_samples, slow.fs)
            choice = choice.keep(looks, signals)
            self._open(stored, choice)
        self.left_out = choice.left_out
        self.notes = self._describe_loss(options.strict)

    def _open(self, stored: list[EdfSignal], choice: SignalChoice) -> None:
        """Set rate, leads and timeline by the chosen signals."""
        path, header = self.source, self._header
        self._signals = [stored[i] for i in choice.columns]
        self._per_record = self._signals[0].per_record
        self.leads = tuple(lead_name(signal) for signal in self._signals)
        self.fs = _sampling_rate(path, self._per_record, header.record_s)
        self._timeline = read_timeline(path, header, self.fs, self._per_record)
        lost = self._per_record - max(map(self._last_length, self._signals))
        self.n_samples = self._timeline.n_samples - lost
        check_duration(path, self.n_samples, self.fs)
        if not self.n_samples:
            raise UserError(path, "truncated before the first sample of the ECG", RESTORE)
        pairs = zip(self._signals, choice.millivolts, strict=True)
        self._scales = [make_scale(signal, factor) for signal, factor in pairs]

    def _last_length(self, signal: EdfSignal) -> int:
        """Return the number of samples of a signal in the last data record."""
        if not self._header.cut_bytes:
            return signal.per_record
        n_whole = self._header.cut_bytes // self._header.sample_bytes
        return min(max(0, n_whole - signal.offset), signal.per_record)

    def _describe_loss(self, strict: bool) -> tuple[str, ...]:
        header = self._header
        if header.n_records == header.n_announced and not header.cut_bytes:
            return ()
        whole = header.n_records - bool(header.cut_bytes)
        if strict:
            rule = f"truncated, {whole} of {header.n_announced} data records"
            raise UserError(self.source, rule, RESTORE)
        lost_s = header.n_announced * header.record_s - self.n_samples / self.fs
        lost = f"the last {lost_s:.1f} s are lost" if not header.interrupted else "the end is lost"
        return (f"cut off: {whole} of {header.n_announced} data records are whole, {lost}",)

    @property
    def header_sha256(self) -> str:
        """Digest of the header."""
        return self._header.sha256

    def next_stored(self, start: int) -> int:
        """Return the first sample of a data record from `start` on; see `StreamedRecord`."""
        return min(self._timeline.next_stored(start), self.n_samples)

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        wanted = list(range(len(self.leads))) if columns is None else list(columns)
        signal = np.full((len(wanted), stop - start), np.nan, dtype=np.float32).T
        for first, last, place in self._timeline.find_runs(start, stop):
            self._read_run(place, wanted, signal[first - start : last - start])
        return signal

    def _read_run(self, place: int, columns: list[int], out: NDArray[np.float32]) -> None:
        """Read consecutive data records, from sample `place` on, counted over all data records."""
        per_record, n_bytes, done = self._per_record, self._header.record_bytes, 0
        whole = self._header.n_records - bool(self._header.cut_bytes)
        while done < len(out):
            record, within = divmod(place + done, per_record)
            rest = out[done:]
            if n_bytes > BLOCK_BYTES or record >= whole:
                part = rest[: min(BLOCK_BYTES // 2, per_record - within)]
                self._read_part(record, within, columns, part)
            else:
                n = min(BLOCK_BYTES // n_bytes, whole - record)
                part = rest[: n * per_record - within]
                self._read_records(record, within, columns, part)
            done += len(part)

    def _read_records(
        self, record: int, within: int, columns: list[int], out: NDArray[np.float32]
    ) -> None:
        """Read some data records at once, from sample `within` of the first one on."""
        size, per_record = self._header.record_samples, self._per_record
        n = -(-(within + len(out)) // per_record)
        offset = self._header.n_bytes + record * self._header.record_bytes
        stored = self._read_stored(offset, n * size).reshape(n, size)
        for row, column in enumerate(columns):
            first = self._signals[column].offset
            flat = stored[:, first : first + per_record].reshape(-1)
            self._scales[column].convert(flat[within:][: len(out)], out[:, row])

    def _read_part(
        self, record: int, within: int, columns: list[int], out: NDArray[np.float32]
    ) -> None:
        """Read part of a data record that is too large to be read whole, or was cut off."""
        width = self._header.sample_bytes
        base = self._header.n_bytes + record * self._header.record_bytes
        for row, column in enumerate(columns):
            signal, held = self._signals[column], self._per_record
            if record == self._header.n_records - 1:
                held = self._last_length(signal)
            n = max(0, min(len(out), held - within))
            stored = self._read_stored(base + width * (signal.offset + within), n)
            self._scales[column].convert(stored, out[:n, row])

    def _read_stored(self, offset: int, n: int) -> NDArray[np.integer]:
        """Read samples from a byte on, (n,) int16 or, of three bytes each, int32."""
        if self._header.sample_bytes == 2:
            return read_bytes(self.source, offset, 2 * n).view("<i2")
        raw = read_bytes(self.source, offset, 3 * n).reshape(n, 3)
        wide = np.zeros((n, 4), np.uint8)
        wide[:, 1:] = raw  # in the upper bytes, so that the sign is in its place
        return wide.reshape(-1).view("<i4") >> 8


def _sampling_rate(path: Path, per_record: int, record_s: float) -> float:
    fs = per_record / record_s if record_s else 0.0
    low, high = FS_LIMITS
    if not low <= fs <= high:
        rule = f"sampling rate is {per_record} samples in {record_s:g} s, not {low:g} Hz or more"
        raise UserError(path, rule, "correct the duration of a data record")
    return fs
