"""A part of a recording: some seconds of some of its leads, read as a recording of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.record import StreamedRecord


@dataclass(frozen=True)
class RecordingPart:
    """Some leads of a recording between two samples; a `StreamedRecord`.

    Attributes
    ----------
    whole : StreamedRecord
        The recording, from which samples are read.
    start, stop : int
        First sample of the part, and the one after the last.
    columns : tuple of int
        Places of its leads in ``whole.leads``.
    """

    whole: StreamedRecord
    start: int
    stop: int
    columns: tuple[int, ...]

    @property
    def name(self) -> str:
        """Name of the recording."""
        return self.whole.name

    @property
    def fs(self) -> float:
        """Sampling rate in Hz."""
        return self.whole.fs

    @property
    def n_samples(self) -> int:
        """Length of the part in samples."""
        return self.stop - self.start

    @property
    def leads(self) -> tuple[str, ...]:
        """Names of its leads."""
        return tuple(self.whole.leads[column] for column in self.columns)

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read samples, mV; see `StreamedRecord.read`."""
        chosen = self.columns if columns is None else [self.columns[c] for c in columns]
        return self.whole.read(self.start + start, self.start + stop, list(chosen))

    def next_stored(self, start: int) -> int:
        """Return the first sample that is stored from `start` on; see `StreamedRecord`."""
        return min(self.whole.next_stored(self.start + start) - self.start, self.n_samples)
