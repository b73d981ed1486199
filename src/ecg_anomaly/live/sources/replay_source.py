"""Replay a stored recording as if it were running: ``replay:RECORD`` or ``replay:RECORD@SPEED``."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.sources.source import (
    Deliver,
    SampleBlock,
    Source,
    StreamEnded,
    StreamOpened,
)
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.record import StreamedRecord

#: Seconds of signal in a block, and the fastest and slowest replay that can be asked for.
BLOCK_S, FASTEST, SLOWEST = 0.2, 1e6, 1e-3


class ReplaySource(Source):
    """Delivers the samples of a stored recording at its own pace, or another one.

    Parameters
    ----------
    word : str
        ``RECORD@SPEED``, of which speed 1 is real time and 60 a minute in a second, or ``RECORD``
        for as fast as it can be scored.

    Raises
    ------
    UserError
        When the recording cannot be opened, or the speed is no number or out of range.
    """

    waits, running = True, False

    def __init__(self, word: str) -> None:
        path, speed = split_speed(word)
        self.name, self._speed = f"replay:{word}", speed
        self._record: StreamedRecord = open_record(path)
        self._stream = Path(self._record.name).name

    def run(self, deliver: Deliver, resume: Callable[[str], str], stop: threading.Event) -> None:
        """Deliver the recording from where it was left to its end."""
        record, fs = self._record, self._record.fs
        at = min(int(resume(self._stream) or 0), record.n_samples)
        deliver(StreamOpened(self._stream, fs, tuple(record.leads), record.name))
        size, begun, first = max(1, round(BLOCK_S * fs)), time.monotonic(), at
        while at < record.n_samples and not stop.is_set():
            end = min(at + size, record.n_samples)
            if self._speed and stop.wait(_delay(begun, (end - first) / fs / self._speed)):
                return
            values = record.read(at, end)
            deliver(SampleBlock(self._stream, values, at, str(end)))
            at = end
        if not stop.is_set():
            deliver(StreamEnded(self._stream))


def _delay(begun: float, due_s: float) -> float:
    return max(0.0, begun + due_s - time.monotonic())


def split_speed(word: str) -> tuple[str, float]:
    """Split ``RECORD@SPEED``; a file whose own name has an ``@`` in it needs a speed after it.

    Without a speed it is 0.0: as fast as it can be scored.

    Raises
    ------
    UserError
        When the speed is no number, or out of range.

    Examples
    --------
    >>> split_speed("mitdb/100@2.5"), split_speed("mitdb/100")
    (('mitdb/100', 2.5), ('mitdb/100', 0.0))
    """
    path, at, text = word.rpartition("@")
    if not at:
        return word, 0.0
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not SLOWEST <= speed <= FASTEST:
        way_out = "give 1 for real time, or none for as fast as it goes"
        raise UserError(f"replay:{word}", f"{text!r} is no speed", way_out)
    return path, speed
