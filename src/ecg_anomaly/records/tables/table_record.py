"""Read a CSV or Parquet table with a column per lead piece by piece, as a `StoredRecord`."""

import hashlib
import os
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ecg_shape import find_ecg_columns
from ecg_anomaly.records.ecg_signals import LeftOut, SignalChoice, choose_signals
from ecg_anomaly.records.lead_names import is_named
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.record_names import record_name
from ecg_anomaly.records.stored_values import MAX_DURATION_S, RESTORE, check_lead_count
from ecg_anomaly.records.tables.csv_rows import CsvRows
from ecg_anomaly.records.tables.parquet_rows import ParquetRows, is_parquet
from ecg_anomaly.records.tables.table_clock import TableClock, choose_clock
from ecg_anomaly.records.tables.table_columns import Column, describe_column
from ecg_anomaly.records.tables.time_column import join_runs
from ecg_anomaly.records.voltage_units import millivolts_per

#: Amplitudes beyond this, in mV, are not from a body: the unit is wrong.
MAX_MV = 1e6

#: Most columns of time that are compared.
MAX_CLOCKS = 6

#: Bytes of the temporary copy that are read at a time.
BLOCK_BYTES = 1 << 20

#: Most gaps in time: a table with more was not recorded at one rate.
MAX_GAPS = 500_000


class TableRecord:
    """A table on disk; a `StoredRecord`.

    It is read once, from the first row to the last, into an unnamed temporary file of float32,
    which the system removes when the process ends; samples are read from there. Where the time of
    the rows jumps, the signal is NaN.

    Parameters
    ----------
    path : Path
        A text table, see `table_layout`, or a Parquet file.
    options : ReadOptions
        Rate and unit where the table does not state them, the lead that must be read.

    Raises
    ------
    UserError
        When rate or unit is unknown, a field is not a number, or the file is malformed.
    """

    def __init__(self, path: Path, options: ReadOptions = AS_IT_IS) -> None:
        self.source, self.name, self._options = path, record_name(path), options
        rows = ParquetRows(path) if is_parquet(path) else CsvRows(path)
        signals = [describe_column(column, options) for column in rows.columns]
        choice = choose_signals(path, signals, options)
        check_lead_count(path, len(choice.columns))
        _check_twice(path, [signals[i].name for i in choice.columns])
        described = "\n".join(signal.name for signal in signals)
        self.header_sha256 = hashlib.sha256(described.encode()).hexdigest()
        self._file, self._width = self._store(rows, choice), len(choice.columns)
        self._kept = list(range(self._width))
        if choice.doubtful:
            looks = find_ecg_columns(self.read, self.n_samples, self.fs)
            self._kept = [i for i in self._kept if looks[i] or not any(looks)]
            choice = choice.keep(looks, signals)
        self.leads = tuple(signals[i].name for i in choice.columns)
        self.left_out: tuple[LeftOut, ...] = choice.left_out
        self.notes = (
            *self._describe_units(rows.columns, choice),
            *self._describe_cut(rows.cut_line),
        )

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        kept = self._kept if columns is None else [self._kept[i] for i in columns]
        signal = np.full((len(kept), stop - start), np.nan, dtype=np.float32).T
        first = max(0, int(np.searchsorted(self._run_sample, start, side="right")) - 1)
        last = int(np.searchsorted(self._run_sample, stop, side="left"))
        ends = np.append(self._run_row[1:], self._n_rows)
        for run in range(first, last):
            row, sample = int(self._run_row[run]), int(self._run_sample[run])
            a, b = max(start, sample), min(stop, sample + int(ends[run]) - row)
            if a < b:
                self._read_rows(row + a - sample, kept, signal[a - start : b - start])
        return signal

    def next_stored(self, start: int) -> int:
        """Return the first sample from `start` on that has a row; see `StreamedRecord`."""
        run = max(0, int(np.searchsorted(self._run_sample, start, side="right")) - 1)
        ends = np.append(self._run_row[1:], self._n_rows)
        if start < int(self._run_sample[run] + ends[run] - self._run_row[run]):
            return start
        return int(np.append(self._run_sample, self.n_samples)[run + 1])

    def _read_rows(self, row: int, kept: list[int], out: NDArray[np.float32]) -> None:
        """Read rows from `row` on, in steps, because all columns are stored side by side."""
        size, step = 4 * self._width, max(1, BLOCK_BYTES // (4 * self._width))
        for a in range(0, len(out), step):
            part = out[a : a + step]
            raw = os.pread(self._file.fileno(), len(part) * size, (row + a) * size)
            part[:] = np.frombuffer(raw, dtype=np.float32).reshape(-1, self._width)[:, kept]

    def _store(self, rows: CsvRows | ParquetRows, choice: SignalChoice) -> IO[bytes]:
        """Copy the samples to a temporary file, and find the gaps between rows."""
        numbers, texts, candidates = self._choose_columns(rows, choice)
        factors = np.array(choice.millivolts)
        clock: TableClock | None = None
        gaps: list[tuple[int, int]] = []
        self._n_rows = n_lost = 0
        file = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the record)
        weakref.finalize(self, file.close)
        for block in rows.read(numbers, texts):
            if clock is None:
                clock = choose_clock(self.source, candidates, block, rows.fs, self._options.fs)
                self.fs = clock.fs
            found = clock.place_rows(self.source, block)
            gaps += [(self._n_rows + row, count) for row, count in found]
            n_lost += sum(count for _, count in found)
            if len(gaps) > MAX_GAPS:
                rule = f"more than {MAX_GAPS} gaps in time"
                raise UserError(self.source, rule, "leave the column of time out with --ignore")
            leads = np.column_stack(block[: len(factors)])
            self._n_rows += len(leads)
            self._check_length(self._n_rows + n_lost)
            self._write(file, self._to_mv(leads, factors))
        if not self._n_rows:
            raise UserError(self.source, "no row under the names of the leads", RESTORE)
        self._run_row, self._run_sample = join_runs(gaps)
        self.n_samples = self._n_rows + n_lost
        return file

    def _choose_columns(
        self, rows: CsvRows | ParquetRows, choice: SignalChoice
    ) -> tuple[list[int], list[int], list[tuple[int, Column]]]:
        """Choose the columns of numbers and of text to read, and the columns of time among them."""
        numbers = list(choice.columns)
        texts: list[int] = []
        clocks = [c for c in rows.columns if self._is_clock(c) and c.index not in numbers]
        for column in clocks[:MAX_CLOCKS]:
            is_text = column.fault and column.fault != "only counts"
            (texts if is_text else numbers).append(column.index)
        places = {index: place for place, index in enumerate([*numbers, *texts])}
        return numbers, texts, [(places[c.index], c) for c in clocks[:MAX_CLOCKS]]

    def _is_clock(self, column: Column) -> bool:
        ignored = any(is_named(column.name, name) for name in self._options.ignore)
        return column.tells_time and not ignored

    def _write(self, file: IO[bytes], block: NDArray[np.float32]) -> None:
        try:
            file.write(block.tobytes())
            file.flush()
        except OSError as error:
            rule = f"no space for a copy in {tempfile.gettempdir()} ({error.strerror})"
            raise UserError(self.source, rule, "free space or set $TMPDIR") from error

    def _check_length(self, n_samples: int) -> None:
        limit = int(MAX_DURATION_S * self.fs)
        if n_samples > limit:
            rule = f"more than {limit} rows, gaps in time included"
            raise UserError(self.source, rule, "cut it, a month at most")

    def _to_mv(
        self, block: NDArray[np.float64], factors: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        block = np.where(np.isfinite(block), block * factors, np.nan)
        highest = np.abs(np.nan_to_num(block)).max(initial=0.0)
        if highest > MAX_MV:
            rule = f"an amplitude of {highest:g} mV"
            raise UserError(self.source, rule, "state the unit that the values are in")
        return block.astype(np.float32)

    def _describe_units(self, columns: tuple[Column, ...], choice: SignalChoice) -> tuple[str, ...]:
        given = self._options.unit
        units = dict.fromkeys(columns[i].unit for i in choice.columns if columns[i].unit)
        other = [u for u in units if given and millivolts_per(u) != millivolts_per(given)]
        return tuple(f"unit {unit} of the table taken, not {given}" for unit in other)

    def _describe_cut(self, cut_line: str) -> tuple[str, ...]:
        if not cut_line:
            return ()
        if self._options.strict:
            raise UserError(self.source, f"truncated within the line {cut_line!r}", RESTORE)
        return (f"cut off within its last line, {cut_line!r}, which is not read",)


def _check_twice(path: Path, names: list[str]) -> None:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise UserError(path, f"two columns are named {twice[0]!r}", "give each lead its name")
