"""Read the lines of one sender, JSON or CSV, whichever the first line is."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.sample_messages import MessageReader, check_name
from ecg_anomaly.live.sources.source import Delivery, SampleBlock

#: Samples of CSV that become one block.
BLOCK = 32

#: Name of the column that numbers the samples.
NUMBER = "sample"


class LineReader:
    """Reads lines; their samples are numbered on, whoever wrote them.

    Parameters
    ----------
    stream : str
        Name of the stream where the lines do not say it.
    defaults : mapping
        ``fs``, ``unit`` where the lines do not say them.
    """

    def __init__(self, stream: str, defaults: Mapping[str, Any]) -> None:
        self._said = {"stream": stream, **defaults}
        self._messages = MessageReader(stream, defaults)
        self._columns: list[str] | None = None
        self._rows: list[list[float]] = []

    def read(self, line: str) -> Iterator[Delivery]:
        """Read a line.

        Raises
        ------
        AbsurdStream
            When it cannot be one.
        """
        line = line.strip().lstrip("\ufeff")
        if not line:
            return
        if line.startswith("{") and self._columns is None:
            yield from self._messages.read(line)
        elif line.startswith("#"):
            self._said |= _read_comment(line)
        elif self._columns is None:
            self._columns = [check_name(cell.strip()) for cell in line.split(",")]
            stream = check_name(str(self._said["stream"]))
            leads = [name for name in self._columns if name != NUMBER]
            yield from self._messages.open(stream, {**self._said, "leads": leads})
        else:
            self._rows.append(_read_row(line, len(self._columns)))
            if len(self._rows) >= BLOCK:
                yield from self.flush()

    def flush(self) -> Iterator[Delivery]:
        """Give the samples that are read so far, as the sender makes a pause."""
        rows, self._rows = self._rows, []
        if not rows or self._columns is None:
            return
        table, stream = np.array(rows), str(self._said["stream"])
        if NUMBER not in self._columns:
            yield self._make_block(stream, table, None)
            return
        place = self._columns.index(NUMBER)
        numbers, values = table[:, place], np.delete(table, place, axis=1)
        if not np.isfinite(numbers).all() or (numbers < 0).any() or (numbers > 2**53).any():
            raise AbsurdStream("sample numbers that are none")
        cuts = np.flatnonzero(np.diff(numbers) != 1) + 1
        starts = [0, *cuts.tolist()]
        for start, part in zip(starts, np.split(values, cuts), strict=True):
            yield self._make_block(stream, part, int(numbers[start]))

    def _make_block(self, stream: str, values: Any, start: int | None) -> SampleBlock:
        return self._messages.make_block(stream, values, start)


def _read_comment(line: str) -> dict[str, Any]:
    """Read ``# stream=bed1 fs=250 unit=uV``; what is no such word says nothing."""
    words = dict(w.split("=", 1) for w in line.lstrip("# ").split() if "=" in w)
    said: dict[str, Any] = {k: words[k] for k in ("stream", "unit", "title") if k in words}
    if "fs" in words:
        try:
            said["fs"] = float(words["fs"])
        except ValueError as error:
            raise AbsurdStream("an fs that is no number") from error
    return said


def _read_row(line: str, n_columns: int) -> list[float]:
    cells = line.split(",")
    if len(cells) != n_columns:
        raise AbsurdStream(f"a line of {len(cells)} columns, not {n_columns}")
    return [_read_number(cell.strip()) for cell in cells]


def _read_number(cell: str) -> float:
    """Return a number; an empty cell, or what is no number, is a missing sample."""
    try:
        return float(cell)
    except ValueError:
        return float("nan")
