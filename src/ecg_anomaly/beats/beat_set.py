"""The beats of a data set, and the file in which stage `preprocess` hands them to `features`."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.array_tables import select_rows


@dataclass(frozen=True)
class BeatSet:
    """Beats in the order of their records and times, one row each.

    Attributes
    ----------
    waveform : (n, n_samples, n_leads) float32
        Filtered window around each R peak, mV; a lead that the record lacks is 0.
    record, subject : (n,) str
        Record that the beat comes from, and subject of that record.
    sample : (n,) int64
        R peak in samples of the original recording.
    time_s : (n,) float64
        R peak in seconds from the start.
    symbol : (n,) str
        Reference code, ``""`` where there is none.
    aami : (n,) str
        AAMI class, ``""`` where there is none.
    unreadable : (n,) str
        Why the window cannot be read, see `readability`; ``""`` when it can.
    quality : (n,) float32
        From 1, without noise, to 0; see `readability`.
    split : (n,) str
        ``"train"``, ``"validation"``, ``"test"``, or ``""`` before the split and for excluded
        records.
    continuous : (n,) bool
        False for beats that came already cut out and have no RR intervals.
    """

    waveform: NDArray[np.float32]
    record: NDArray[np.str_]
    subject: NDArray[np.str_]
    sample: NDArray[np.int64]
    time_s: NDArray[np.float64]
    symbol: NDArray[np.str_]
    aami: NDArray[np.str_]
    unreadable: NDArray[np.str_]
    quality: NDArray[np.float32]
    split: NDArray[np.str_]
    continuous: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.sample)

    @property
    def readable(self) -> NDArray[np.bool_]:
        """True where the window can be read."""
        return self.unreadable == ""

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """True where the beat has a class."""
        return self.aami != ""

    @property
    def anomalous(self) -> NDArray[np.bool_]:
        """True where the class is known and is not N."""
        return self.labelled & (self.aami != "N")

    def select(self, rows: NDArray[Any]) -> "BeatSet":
        """Return the beats of a mask or of indices."""
        return select_rows(self, rows)

    def with_split(self, split: NDArray[np.str_]) -> "BeatSet":
        """Return the same beats assigned to other splits."""
        return replace(self, split=split)
