"""Choose the column of a table that tells the time, and derive the sampling rate from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import FS_LIMITS
from ecg_anomaly.records.tables.clock_times import Times, parse_clock
from ecg_anomaly.records.tables.table_columns import Column
from ecg_anomaly.records.tables.time_column import (
    TOLERANCE,
    Steps,
    find_time_gaps,
    find_unit,
    measure_steps,
)

#: Largest relative difference from a whole number for which a rate is rounded to it.
WHOLE = 2e-3


@dataclass
class TableClock:
    """The column of time of a table, and the state of reading it block by block.

    Attributes
    ----------
    column : Column or None
        None where no column tells the time.
    fs : float
        Sampling rate in Hz.
    place : int
        Index of the column in the blocks that are read; -1 without one.
    seconds : float
        Seconds per unit of the column.
    steps : Steps or None
        Steps of the column, in s.
    last : array of one value, optional
        The last known value of the column, as read, in the rows placed so far.
    n_rows : int
        Number of rows placed so far.
    """

    column: Column | None
    fs: float
    place: int = -1
    seconds: float = 1.0
    steps: Steps | None = None
    last: Any = None
    n_rows: int = 0

    def place_rows(self, path: Path, block: list[Any]) -> list[tuple[int, int]]:
        """Return the rows of a block before which samples are missing, and how many are.

        Parameters
        ----------
        path : Path
            Named in errors.
        block : list
            Consecutive rows, as the reader yields them.

        Raises
        ------
        UserError
            When the time goes back.
        """
        if self.steps is None or self.column is None:
            return []
        values = block[self.place] if self.last is None else _join(self.last, block[self.place])
        n_before = len(values) - len(block[self.place])
        times = _read_times(values) * self.seconds
        rows, counts = find_time_gaps(times, self.steps, self.fs)
        rows -= n_before
        if (counts < 0).any():
            row = int(rows[np.argmax(counts < 0)]) + self.n_rows + 1
            rule = f"the time in column {self.column.name[:40]!r} goes back at row {row}"
            raise UserError(path, rule, "sort the rows by time, or cut the table there")
        known = np.flatnonzero(np.isfinite(times))
        self.last = values[known[-1] : known[-1] + 1] if len(known) else self.last
        self.n_rows += len(block[self.place])
        return list(zip(rows.tolist(), counts.tolist(), strict=True))


def _read_times(values: Any) -> Times:
    """Return the times of consecutive rows: numbers as they are, clock times in s."""
    if isinstance(values, np.ndarray):
        return np.asarray(values, dtype=np.float64)
    return parse_clock(values)


def _join(last: Any, values: Any) -> Any:
    """Put the last value of the rows before in front: clock times are read together."""
    if isinstance(values, np.ndarray):
        return np.append(last, values)
    from pyarrow import concat_arrays

    return concat_arrays([last, values])


def choose_clock(
    path: Path,
    candidates: list[tuple[int, Column]],
    block: list[Any],
    stated_fs: float | None,
    fs: float | None,
) -> TableClock:
    """Choose the column of time, and determine the sampling rate.

    Parameters
    ----------
    path : Path
        Named in errors.
    candidates : list of (int, Column)
        Columns that tell the time by their names, and their indices in `block`.
    block : list
        The first rows, column by column.
    stated_fs : float or None
        Sampling rate that the lines above the rows state, in Hz.
    fs : float or None
        Sampling rate that the user states, in Hz.

    Raises
    ------
    UserError
        When the sampling rate is unknown, or a column contradicts the one that the user states.
    """
    known, found = (fs if fs is not None else stated_fs), []
    for place, column in candidates:
        clock = _try_clock(place, column, block[place], known or None)
        if clock is not None:
            found.append(clock)
    # The column of time with the most even steps; a column that counts samples comes last.
    found.sort(
        key=lambda clock: (clock.column is None or clock.column.counts, _relative_jitter(clock))
    )
    clock = found[0] if found else None
    said = stated_fs if fs is not None else None
    where = "the lines above the rows say"
    if clock is not None and clock.column is not None and not clock.column.counts:
        said, where = clock.fs, f"column {clock.column.name[:40]!r} says"
    if known and said is not None and abs(said / known - 1) > TOLERANCE:
        rule = f"{where} {said:g} Hz, --fs says {known:g}"
        raise UserError(path, rule, "leave --fs out, or correct the one that is wrong")
    rate = known if known is not None else (clock.fs if clock is not None else None)
    if rate is None:
        raise UserError(path, "a table without a column of time", "give its rate with --fs HZ")
    _check_rate(path, rate, fs)
    if clock is None:
        return TableClock(None, rate)
    clock.fs = rate
    return clock


def _relative_jitter(clock: TableClock) -> float:
    assert clock.steps is not None
    return clock.steps.jitter


def _try_clock(place: int, column: Column, values: Any, fs: float | None) -> TableClock | None:
    times = _read_times(values)
    steps = measure_steps(times)
    if steps is None:
        return None
    stated = column.seconds if isinstance(values, np.ndarray) else 1.0
    if column.counts and abs(steps.step - 1) > 1e-6:
        return None  # it counts something else than samples
    seconds = find_unit(steps, stated, fs)
    if seconds is None:
        return None
    steps = Steps(steps.step * seconds, steps.coarse * seconds, steps.jitter)
    return TableClock(column, _round_rate(1 / steps.step), place, seconds, steps)


def _round_rate(fs: float) -> float:
    whole = round(fs)
    return float(whole) if whole and abs(fs / whole - 1) < WHOLE else fs


def _check_rate(path: Path, rate: float, fs: float | None) -> None:
    low, high = FS_LIMITS
    if not low <= rate <= high:
        where, rule = (path, "sampling rate is") if fs is None else ("--fs", "")
        rule = f"{rule} {rate:g} is not from {low:g} to {high:g} Hz".strip()
        raise UserError(where, rule, "give the true rate with --fs HZ")
