"""Read an ISHNE Holter recording piece by piece, as a `StoredRecord`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ecg_signals import Signal, SignalChoice, choose_signals
from ecg_anomaly.records.ishne.ishne_header import IshneHeader, read_ishne_header
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.record_names import record_name
from ecg_anomaly.records.stored_values import RESTORE, Scale, check_duration, read_bytes

#: Bytes that are read at a time.
BLOCK_BYTES = 1 << 20


class IshneRecord:
    """An ISHNE file on disk; a `StoredRecord`.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Which lead must be read and which are ignored; ``strict`` refuses a file that was cut off,
        ``accept_checksum`` accepts a wrong checksum.

    Raises
    ------
    UserError
        When the header is malformed, its checksum is wrong, or the file holds no sample.
    """

    def __init__(self, path: Path, options: ReadOptions = AS_IT_IS) -> None:
        self.source, self.name = path, record_name(path)
        header = read_ishne_header(path)
        self.fs, self.n_samples, self.header_sha256 = header.fs, header.n_samples, header.sha256
        self._offset, self._width = header.offset, len(header.leads)
        check_duration(path, self.n_samples, self.fs)
        checksum = _describe_checksum(path, header, options)
        signals = [Signal(lead.name, "mV", header.fs, lead.fault) for lead in header.leads]
        choice = choose_signals(path, signals, options)
        self._columns, self.left_out = choice.columns, choice.left_out
        self.leads = tuple(header.leads[i].name for i in choice.columns)
        self._scales = [Scale(1e6 / header.leads[i].resolution_nv, 0, 1) for i in choice.columns]
        loss = _describe_loss(path, header, options)
        self.notes = (*checksum, *loss, *_describe_quality(header, choice))

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        wanted = range(len(self.leads)) if columns is None else columns
        signal = np.empty((len(wanted), stop - start), dtype=np.float32).T
        size = 2 * self._width
        step = BLOCK_BYTES // size
        for a in range(start, stop, step):
            n = min(step, stop - a)
            raw = read_bytes(self.source, self._offset + a * size, n * size)
            stored = raw.view("<i2").reshape(n, self._width)
            for column, lead in enumerate(wanted):
                out = signal[a - start : a - start + n, column]
                self._scales[lead].convert(stored[:, self._columns[lead]], out)
        return signal

    def next_stored(self, start: int) -> int:
        """Return `start`: the format has no gaps; see `StreamedRecord`."""
        return start


def _describe_checksum(path: Path, header: IshneHeader, options: ReadOptions) -> tuple[str, ...]:
    if header.checksum_fits:
        return ()
    if not options.accept_checksum:
        rule = "checksum of the header is wrong: its leads, rate or resolution may be"
        raise UserError(path, rule, f"{RESTORE}, or give --accept-checksum")
    return ("checksum of the header is wrong, accepted",)


def _describe_loss(path: Path, header: IshneHeader, options: ReadOptions) -> tuple[str, ...]:
    lost = header.n_announced - header.n_samples
    if not lost:
        return ()
    if options.strict:
        rule = f"truncated, {header.n_samples} of {header.n_announced} samples"
        raise UserError(path, rule, RESTORE)
    return (
        f"cut off: {header.n_samples} of {header.n_announced} samples are there, "
        f"the last {lost / header.fs:.1f} s are lost",
    )


def _describe_quality(header: IshneHeader, choice: SignalChoice) -> tuple[str, ...]:
    leads = [header.leads[i] for i in choice.columns]
    return tuple(f"the recorder reports {x.quality} in lead {x.name}" for x in leads if x.quality)
