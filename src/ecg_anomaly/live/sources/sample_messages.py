"""Read streams from text: lines of JSON, each a message, or CSV with a line for each sample.

A message of JSON is an object with ``stream``; with ``fs`` and ``leads`` (and ``unit``, ``title``)
it opens the stream, with ``values`` it holds samples: a list for each sample, or one list for each
lead under its name. ``sample`` is the number of the first one. Both may stand in one message.

CSV begins with the names of its columns, one of which may be ``sample``; a comment before it, such
as ``# stream=bed1 fs=250 unit=uV``, says what the options of the command do not.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.source import Delivery, SampleBlock, StreamOpened
from ecg_anomaly.records.stored_values import FS_LIMITS
from ecg_anomaly.records.voltage_units import millivolts_per

#: Bounds on a message: its bytes, its leads and samples, the characters of a name.
LARGEST, MOST_LEADS, MOST_SAMPLES, LONGEST_NAME = 1 << 20, 64, 1 << 16, 120

#: Streams that one sender may have.
MOST_STREAMS = 4096


@dataclass
class MessageReader:
    """Reads the messages of one sender.

    Attributes
    ----------
    stream : str
        Name of the stream where a message does not say it.
    defaults : mapping
        ``fs``, ``unit`` and ``leads`` where a message does not say them.
    """

    stream: str
    defaults: Mapping[str, Any] = field(default_factory=dict)
    _opened: dict[str, tuple[StreamOpened, float]] = field(default_factory=dict)

    def read(self, text: str | bytes, position: str = "") -> Iterator[Delivery]:
        """Read a message of JSON.

        Parameters
        ----------
        text : str or bytes
        position : str
            Of the message in its source, see `SampleBlock`.

        Raises
        ------
        AbsurdStream
            When it is none; with it, everything that the sender says is in doubt.
        """
        if len(text) > LARGEST:
            raise AbsurdStream(f"a message of {len(text)} bytes")
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise AbsurdStream("a message that is no JSON") from error
        if not isinstance(message, dict):
            raise AbsurdStream("a message that is no JSON object")
        stream = check_name(message.get("stream", self.stream))
        if stream not in self._opened or "fs" in message or "leads" in message:
            yield from self.open(stream, {**self.defaults, **message})
        if "values" in message:
            values = read_values(message["values"], self._opened[stream][0].leads)
            start = message.get("sample")
            if start is not None and not (type(start) is int and 0 <= start < 1 << 53):
                raise AbsurdStream("a sample number that is none")
            yield self.make_block(stream, values, start, position)

    def make_block(
        self, stream: str, values: NDArray[Any], start: int | None, position: str = ""
    ) -> SampleBlock:
        """Make a block of samples in the unit of a stream that is open."""
        millivolts = self._opened[stream][1]
        with np.errstate(over="ignore", invalid="ignore"):
            scaled = (values * millivolts).astype(np.float32)
        scaled[~np.isfinite(scaled)] = np.nan
        return SampleBlock(stream, scaled, start, position)

    def open(self, stream: str, said: Mapping[str, Any]) -> Iterator[StreamOpened]:
        """Open a stream, if it is not open with the same sampling rate, leads and unit."""
        fs, leads, unit = said.get("fs"), said.get("leads"), said.get("unit", "mV")
        low, high = FS_LIMITS
        if isinstance(fs, bool) or not isinstance(fs, (int, float)) or not low <= fs <= high:
            raise AbsurdStream(f"stream {stream!r} states no fs of {low:g} to {high:g} Hz")
        if not isinstance(leads, list) or not 0 < len(leads) <= MOST_LEADS:
            raise AbsurdStream(f"stream {stream!r} names no leads")
        millivolts = millivolts_per(unit) if isinstance(unit, str) else None
        if millivolts is None:
            raise AbsurdStream(f"the unit of stream {stream!r} is none of voltage")
        title = check_name(said.get("title", stream))
        opened = StreamOpened(stream, float(fs), tuple(map(check_name, leads)), title)
        if self._opened.get(stream) == (opened, millivolts):
            return
        if len(self._opened) >= MOST_STREAMS:
            raise AbsurdStream(f"more than {MOST_STREAMS} streams")
        self._opened[stream] = opened, millivolts
        yield opened


def check_name(name: Any) -> str:
    """Return a name of a stream or lead; raise `AbsurdStream` for what is none."""
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise AbsurdStream(f"a name that is not 1 to {LONGEST_NAME} printable characters")
    return name


def read_values(values: Any, leads: tuple[str, ...]) -> NDArray[np.float64]:
    """Return the samples of a message, (n, n_leads); null and what is no number is missing."""
    if isinstance(values, dict):
        if set(values) != set(leads) or not all(isinstance(v, list) for v in values.values()):
            raise AbsurdStream("values of other leads than it names")
        columns = [values[lead] for lead in leads]
        if len({len(column) for column in columns}) != 1:
            raise AbsurdStream("leads of different lengths")
        values = list(zip(*columns, strict=True))
    if not isinstance(values, list) or len(values) > MOST_SAMPLES:
        raise AbsurdStream("values that are no list of samples")
    if values and not isinstance(values[0], (list, tuple)):
        values = [[value] for value in values]
    if not values:
        return np.zeros((0, len(leads)))
    try:
        found = np.array(values, np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise AbsurdStream("values that are no numbers") from error
    if found.ndim != 2 or found.shape[1] != len(leads):
        raise AbsurdStream(f"samples that are not of {len(leads)} leads")
    return found
