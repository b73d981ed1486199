"""ECG records: one in memory, and protocols for records that are read piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.ecg_signals import LeftOut


@dataclass(frozen=True)
class Annotations:
    """Marks on a record: beats, rhythm changes, comments.

    Attributes
    ----------
    sample : (n,) int64
        Sample index of each mark, ascending, from the start of the record.
    symbol : (n,) str
        The WFDB code of each mark (``N``, ``V``, ``+`` ...).
    rhythms : tuple of (int, str)
        Sample and note of each change of rhythm, such as ``(9000, "(AFIB")``; empty where rhythms
        are not annotated.
    """

    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]
    rhythms: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class Record:
    """One ECG record in memory; it is a `StreamedRecord` as well.

    Attributes
    ----------
    name : str
        Name of the record, the stem of its files.
    subject : str
        Who was recorded; equal for records of one subject.
    signal : (n_samples, n_leads) float32
        Amplitude in mV; NaN where the recorder stored no value.
    fs : float
        Sampling rate in Hz.
    leads : tuple of str
        Name of each lead, in the order of the columns.
    annotations : Annotations or None
        Reference annotations; None when the record is not labelled.
    segment_length : int or None
        Length in samples of beats that come already cut out and laid end to end (ECG5000),
        None for a continuous record.
    n_marks_outside : int
        Number of annotations after the last sample, which are not in `annotations`.
    notes : tuple of str
        Assumptions made and signals left out in reading the files, for people.
    """

    name: str
    subject: str
    signal: NDArray[np.float32]
    fs: float
    leads: tuple[str, ...]
    annotations: Annotations | None = None
    segment_length: int | None = None
    n_marks_outside: int = 0
    notes: tuple[str, ...] = ()

    @property
    def n_samples(self) -> int:
        """Length in samples."""
        return len(self.signal)

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.signal) / self.fs

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Copy the samples from `start` up to, and without, `stop`; see `StreamedRecord.read`."""
        signal = self.signal[start:stop]
        return (signal if columns is None else signal[:, list(columns)]).astype(np.float32)

    def next_stored(self, start: int) -> int:
        """Return `start`: nothing is known of gaps; see `StreamedRecord.next_stored`."""
        return start


@dataclass(frozen=True)
class UnusableRecord:
    """A record of a data set that cannot be used.

    Attributes
    ----------
    name, subject : str
        As of a `Record`.
    why : str
        The reason, for people.
    """

    name: str
    subject: str
    why: str


class StreamedRecord(Protocol):
    """One ECG record of any length whose samples are read piece by piece.

    Attributes
    ----------
    name : str
        Name of the record, the stem of its files.
    fs : float
        Sampling rate in Hz.
    n_samples : int
        Length in samples.
    leads : tuple of str
        Name of each lead, in the order of the columns of `read`.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fs(self) -> float: ...  # noqa: D102
    @property
    def n_samples(self) -> int: ...  # noqa: D102
    @property
    def leads(self) -> tuple[str, ...]: ...  # noqa: D102

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read the samples from `start` up to, and without, `stop`.

        Parameters
        ----------
        start, stop : int
            ``0 <= start <= stop <= n_samples``. Calls may overlap and come in any order; reading
            in order is fastest.
        columns : sequence of int, optional
            Indices into `leads` of those to read, in this order; all by default. Other leads take
            neither memory nor time, and their checksums are not verified.

        Returns
        -------
        (stop - start, number of columns) float32
            Amplitude in mV, NaN where nothing was recorded. A copy, which the caller may change.

        Raises
        ------
        UserError
            When the files turn out to be damaged (a wrong checksum, a read that fails).
        """

    def next_stored(self, start: int) -> int:
        """Return the first sample from `start` on that is stored in at least one lead.

        The gap before it need not be read: a gap of a month may take a few bytes in the file, but
        all its samples as NaN in memory. Samples that are stored as missing count as stored.

        Returns
        -------
        int
            `start` where no gap is known, `n_samples` where nothing follows.
        """


class StoredRecord(StreamedRecord, Protocol):
    """A streamed record whose samples stay on disk until they are read.

    Attributes
    ----------
    source : Path
        The file that was opened: the header of a WFDB record.
    header_sha256 : str
        Digest of the description of the record (the header), without the samples.
    notes : tuple of str
        Notes for the user, such as a loss or an assumption about amplitudes; complete once every
        sample was read.
    left_out : tuple of LeftOut
        Signals that are not read, and why.
    """

    @property
    def source(self) -> Path: ...  # noqa: D102
    @property
    def header_sha256(self) -> str: ...  # noqa: D102
    @property
    def notes(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def left_out(self) -> tuple[LeftOut, ...]: ...  # noqa: D102
