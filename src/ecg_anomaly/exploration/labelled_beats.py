"""The labelled beats of a record."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class, is_beat
from ecg_anomaly.records.record import Record


@dataclass(frozen=True)
class BeatMarks:
    """Where the beats of a record are and what they were called.

    Attributes
    ----------
    sample : (n_beats,) int64
        Sample index of each beat, ascending, inside the signal.
    label : (n_beats,) str
        AAMI class of each beat.
    """

    sample: NDArray[np.int64]
    label: NDArray[np.str_]

    def count_classes(self) -> dict[str, int]:
        """Beats of each AAMI class, zeros included."""
        return {name: int(np.count_nonzero(self.label == name)) for name in AAMI_CLASSES}


def find_beat_marks(record: Record, escape_beats: str = "S") -> BeatMarks:
    """Pick the beats among the annotations of `record`.

    Parameters
    ----------
    record : Record
        Without annotations it has no beats.
    escape_beats : {"S", "N"}
        Class of the escape beats ``e``, ``j`` and ``n``.

    Returns
    -------
    BeatMarks
        Marks outside the signal are left out.
    """
    if record.annotations is None:
        return BeatMarks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype="<U1"))
    sample, symbol = record.annotations.sample, record.annotations.symbol
    chosen = is_beat(symbol) & (sample >= 0) & (sample < len(record.signal))
    return BeatMarks(sample[chosen], aami_class(symbol[chosen], escape_beats))


def rr_intervals(record: Record, beats: BeatMarks) -> NDArray[np.float64]:
    """RR interval that ends at each beat but the first.

    Returns
    -------
    (n_beats - 1,) float64
        In s; empty for beats cut out and laid end to end, whose distances mean nothing.
    """
    if record.segment_length or len(beats.sample) < 2:
        return np.zeros(0)
    return np.diff(beats.sample) / record.fs
