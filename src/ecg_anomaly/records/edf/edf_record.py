"""Read the ECG signals of an EDF or EDF+ file piece by piece."""

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_header import ANNOTATIONS, EdfHeader, EdfSignal, read_edf_header
from ecg_anomaly.records.edf.edf_timeline import record_starts
from ecg_anomaly.records.stored_values import (
    FS_LIMITS,
    GAIN_LIMITS,
    MAX_DURATION_S,
    MILLIVOLTS,
    Scale,
    read_bytes,
)

#: Bytes that are read at a time; a larger data record is read signal by signal.
BLOCK_BYTES = 1 << 20

#: Labels of ECG signals: the standard's ``ECG V1``, recorders' ``EKG``, or a lead's bare name.
_ECG = re.compile(r"\b(ECG|EKG)", re.IGNORECASE)
_BARE = re.compile(r"(M?L?I{1,3}|AV[RLF]|V[1-9]|MCL ?\d|MV\d|CM ?\d|CC ?\d)", re.IGNORECASE)
_PREFIX = re.compile(r"^(ECG|EKG)[\s_:.-]+(?=\S)", re.IGNORECASE)


class EdfRecord:
    """An EDF file on disk, its ECG signals; a `StoredRecord`.

    Between the data records of an interrupted file (EDF+D) the signal is NaN.

    Parameters
    ----------
    path : Path
        The file.
    lead : str, optional
        A signal that must be read, whatever it calls itself.

    Raises
    ------
    UserError
        When the header is malformed, the file too short, or there is no ECG in it.
    """

    def __init__(self, path: Path, lead: str | None = None) -> None:
        self.source, self.name = path, path.stem
        self._header = read_edf_header(path)
        self._signals = choose_signals(path, self._header, lead)
        self._per_record = self._signals[0].per_record
        self.leads = tuple(lead_name(signal) for signal in self._signals)
        self.fs = _sampling_rate(path, self._per_record, self._header.record_s)
        self._starts = record_starts(path, self._header, self.fs, self._per_record)
        self.n_samples = int(self._starts[-1]) + self._per_record
        if self.n_samples > MAX_DURATION_S * self.fs:
            raise UserError(path, f"{self.n_samples} samples", "cut it, a month at most")
        self._scales = [_scale(signal) for signal in self._signals]

    @property
    def header_sha256(self) -> str:
        """Digest of the header."""
        return self._header.sha256

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        signal = np.full((len(self.leads), stop - start), np.nan, dtype=np.float32).T
        first = max(0, int(np.searchsorted(self._starts, start, side="right")) - 1)
        last = int(np.searchsorted(self._starts, stop, side="left"))
        step = max(1, BLOCK_BYTES // (2 * self._header.record_samples))
        for a in range(first, last, step):
            self._read_records(a, min(last, a + step), start, signal)
        return signal

    def _read_records(self, a: int, b: int, start: int, out: NDArray[np.float32]) -> None:
        if 2 * self._header.record_samples > BLOCK_BYTES:
            self._read_part(a, start, out)
            return
        record = self._header.record_samples
        offset = self._header.n_bytes + 2 * a * record
        stored = read_bytes(self.source, offset, 2 * (b - a) * record).view("<i2")
        for column, signal in enumerate(self._signals):
            rows = stored.reshape(b - a, record)[:, signal.offset :][:, : self._per_record]
            for x, y in _runs(self._starts[a:b], self._per_record):
                flat = rows[x:y].reshape(-1)
                place = int(self._starts[a + x]) - start
                cut = slice(max(0, -place), max(0, min(len(flat), len(out) - place)))
                target = out[place + cut.start : place + max(cut.start, cut.stop), column]
                self._scales[column].convert(flat[cut], target)

    def _read_part(self, record: int, start: int, out: NDArray[np.float32]) -> None:
        """Of a data record too large to be read whole, read what is asked for."""
        place = int(self._starts[record]) - start
        first = max(0, -place)
        last = min(self._per_record, len(out) - place)
        base = self._header.n_bytes + 2 * record * self._header.record_samples
        for column, signal in enumerate(self._signals):
            if last > first:
                offset = base + 2 * (signal.offset + first)
                stored = read_bytes(self.source, offset, 2 * (last - first)).view("<i2")
                target = out[place + first : place + last, column]
                self._scales[column].convert(stored.astype(np.int16, copy=False), target)


def _runs(starts: NDArray[np.int64], per_record: int) -> list[tuple[int, int]]:
    """Find the data records that follow each other without a gap."""
    breaks = (np.flatnonzero(np.diff(starts) != per_record) + 1).tolist()
    return list(zip([0, *breaks], [*breaks, len(starts)], strict=True))


def _sampling_rate(path: Path, per_record: int, record_s: float) -> float:
    fs = per_record / record_s if record_s else 0.0
    low, high = FS_LIMITS
    if not low <= fs <= high:
        rule = f"sampling rate is {per_record} samples in {record_s:g} s, not {low:g} Hz or more"
        raise UserError(path, rule, "correct the duration of a data record")
    return fs


def _scale(signal: EdfSignal) -> Scale:
    """Turn the two ends of the range into a straight line through them."""
    (low, high), (lowest, highest) = signal.physical, signal.digital
    gain = (highest - lowest) / (high - low)
    return Scale(gain, lowest - low * gain, MILLIVOLTS[signal.unit])


def choose_signals(path: Path, header: EdfHeader, lead: str | None) -> list[EdfSignal]:
    """Choose the signals to read: all of one sampling rate.

    Parameters
    ----------
    path : Path
        The file.
    header : EdfHeader
        Its header.
    lead : str or None
        A signal that must be among them, by its label or lead name.

    Returns
    -------
    list of EdfSignal
        Signals that call themselves an ECG, and the named one; of them those at the rate of the
        named one, or else at the highest rate.

    Raises
    ------
    UserError
        When there is no such signal, or its unit or range is unusable.
    """
    signals = [signal for signal in header.signals if signal.label != ANNOTATIONS]
    named = [s for s in signals if lead and lead.upper() in (s.label.upper(), lead_name(s).upper())]
    chosen = [s for s in signals if is_ecg(s) or s in named]
    if not chosen or (lead and not named):
        labels = ", ".join(repr(s.label) for s in signals) or "none"
        rule = f"no signal {lead!r} (labels: {labels})" if lead else f"no ECG (labels: {labels})"
        raise UserError(path, rule, "name the signal with --lead")
    per_record = max(s.per_record for s in named or chosen)
    chosen = [s for s in chosen if s.per_record == per_record]
    for signal in chosen:
        _check_signal(path, signal)
    return chosen


def is_ecg(signal: EdfSignal) -> bool:
    """Say whether a signal's label is that of an ECG."""
    return bool(_ECG.search(signal.label) or _BARE.fullmatch(signal.label.strip()))


def lead_name(signal: EdfSignal) -> str:
    """Return the lead's name without ``ECG`` before it."""
    return _PREFIX.sub("", signal.label)


def _check_signal(path: Path, signal: EdfSignal) -> None:
    if signal.unit not in MILLIVOLTS:
        rule = f"physical dimension of signal {signal.label!r} is {signal.unit!r}, not V, mV or uV"
        raise UserError(path, rule, "correct the header")
    for name, (low, high) in (("physical", signal.physical), ("digital", signal.digital)):
        if low == high or (name == "digital" and low > high):
            rule = f"{name} minimum and maximum of signal {signal.label!r} are {low:g} and {high:g}"
            raise UserError(path, rule, "correct the header: amplitudes are unknown")
    gain = abs((signal.digital[1] - signal.digital[0]) / (signal.physical[1] - signal.physical[0]))
    if not GAIN_LIMITS[0] <= gain <= GAIN_LIMITS[1]:
        rule = f"physical range of signal {signal.label!r} gives a gain of {gain:g}"
        raise UserError(path, rule, "correct the header: amplitudes are unknown")
