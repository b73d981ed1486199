"""Read a CSV or Parquet table with a column per lead piece by piece."""

import hashlib
import math
import os
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError, list_some
from ecg_anomaly.records.ecg_signals import LeftOut
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.stored_values import FS_LIMITS, MAX_DURATION_S, file_size
from ecg_anomaly.records.tables.table_rows import CsvRows, ParquetRows
from ecg_anomaly.records.voltage_units import millivolts_per

#: Amplitudes beyond this, in mV, are not from a body: the unit is wrong.
MAX_MV = 1e6


class TableRecord:
    """A table on disk; a `StoredRecord`.

    It is read once, from the first row to the last, into a temporary file of single precision that
    has no name and is gone with the process; samples are read from there.

    Parameters
    ----------
    path : Path
        A ``.csv``, ``.tsv`` or ``.parquet`` file whose first line, or whose columns, name the
        leads. Columns that count samples or seconds are left out.
    fs : float or None
        Sampling rate in Hz.
    unit : str or None
        Unit of the amplitudes.
    lead : str, optional
        A column that must be there.

    Raises
    ------
    UserError
        When rate or unit is not stated, a column is no number, or the file is malformed.
    """

    def __init__(self, path: Path, options: ReadOptions = AS_IT_IS) -> None:
        self.source, self.name = path, path.stem
        self.notes: tuple[str, ...] = ()
        self.left_out: tuple[LeftOut, ...] = ()
        self.fs, factor = _check_stated(path, options.fs, options.unit)
        file_size(path)
        rows = ParquetRows(path) if path.suffix.lower() == ".parquet" else CsvRows(path)
        self.leads = rows.leads
        _check_leads(path, self.leads, options.lead)
        self.header_sha256 = hashlib.sha256("\n".join(self.leads).encode()).hexdigest()
        self._file, self.n_samples = self._store(rows, factor)

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        row = 4 * len(self.leads)
        raw = bytearray(os.pread(self._file.fileno(), (stop - start) * row, start * row))
        signal = np.frombuffer(raw, dtype=np.float32).reshape(-1, len(self.leads))
        return signal if columns is None else signal[:, list(columns)]

    def next_stored(self, start: int) -> int:
        """Return `start`: a table has a row for each sample; see `StreamedRecord`."""
        return start

    def _store(self, rows: Iterable[NDArray[np.float64]], factor: float) -> tuple[IO[bytes], int]:
        limit, n_samples = int(MAX_DURATION_S * self.fs), 0
        file = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the record)
        weakref.finalize(self, file.close)
        try:
            for block in rows:
                n_samples += len(block)
                if n_samples > limit:
                    raise UserError(
                        self.source, f"more than {limit} rows", "cut it, a month at most"
                    )
                file.write(self._to_mv(block, factor).tobytes())
            file.flush()
        except OSError as error:
            rule = f"no space for a copy in {tempfile.gettempdir()} ({error.strerror})"
            raise UserError(self.source, rule, "free space or set $TMPDIR") from error
        if not n_samples:
            raise UserError(self.source, "no row under the names of the leads", "restore the file")
        return file, n_samples

    def _to_mv(self, block: NDArray[np.float64], factor: float) -> NDArray[np.float32]:
        block = np.where(np.isfinite(block), block * factor, np.nan)
        if np.abs(np.nan_to_num(block)).max(initial=0.0) > MAX_MV:
            rule = f"an amplitude of {np.abs(np.nan_to_num(block)).max():g} mV"
            raise UserError(self.source, rule, "state the unit that the values are in")
        return block.astype(np.float32)


def _check_stated(path: Path, fs: float | None, unit: str | None) -> tuple[float, float]:
    if fs is None:
        raise UserError(path, "a table does not say its sampling rate", "give --fs HZ")
    if unit is None:
        raise UserError(path, "a table does not say its unit", "give --unit mV, uV or V")
    low, high = FS_LIMITS
    if not (math.isfinite(fs) and low <= fs <= high):
        raise UserError("--fs", f"{fs:g} is not from {low:g} to {high:g} Hz", "give the true rate")
    return float(fs), millivolts_per(unit) or 1.0


def _check_leads(path: Path, leads: tuple[str, ...], lead: str | None) -> None:
    if not leads:
        raise UserError(path, "no column of a lead", "name the leads in the first line")
    if lead is not None and lead.upper() not in {name.upper() for name in leads}:
        rule = f"no lead {lead!r} among {list_some(leads)}"
        raise UserError(path, rule, "name one of them")
