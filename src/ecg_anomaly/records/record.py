"""A recording in memory."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Annotations:
    """Marks on a recording: beats, rhythm changes, comments.

    Attributes
    ----------
    sample : (n,) int64
        Sample index of each mark, ascending, from the start of the record.
    symbol : (n,) str
        The WFDB code of each mark (``N``, ``V``, ``+`` ...).
    """

    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]


@dataclass(frozen=True)
class Record:
    """One ECG recording.

    Attributes
    ----------
    name : str
        Name of the record, the stem of its files.
    subject : str
        The person. Two records of one person carry the same subject.
    signal : (n_samples, n_leads) float32
        Amplitude in mV; NaN where the recorder stored no value.
    fs : float
        Sampling rate in Hz.
    leads : tuple of str
        Name of each lead, in the order of the columns.
    annotations : Annotations or None
        Reference annotations; None when nobody labelled the record.
    segment_length : int or None
        Length in samples of beats that come already cut out and laid end to end (ECG5000),
        None for a continuous recording.
    """

    name: str
    subject: str
    signal: NDArray[np.float32]
    fs: float
    leads: tuple[str, ...]
    annotations: Annotations | None = None
    segment_length: int | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.signal) / self.fs
