"""Find the labelled beats of a record, and make a histogram of RR intervals by AAMI class."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class, is_beat
from ecg_anomaly.records.record import Record

#: Width of a bin of the histogram of RR intervals, and its end, in s.
BIN_S, LONGEST_S = 0.02, 2.0


@dataclass(frozen=True)
class BeatMarks:
    """The labelled beats of one record.

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
        """Count the beats of each AAMI class, absent classes included."""
        return {name: int(np.count_nonzero(self.label == name)) for name in AAMI_CLASSES}


def find_beat_marks(record: Record, escape_beats: str = "S") -> BeatMarks:
    """Find the beats among the annotations of a record.

    Parameters
    ----------
    record : Record
        Without annotations it has no beats.
    escape_beats : {"S", "N"}
        Class of the escape beats ``e``, ``j`` and ``n``.

    Returns
    -------
    BeatMarks
        Annotations outside the signal are left out.
    """
    if record.annotations is None:
        return BeatMarks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype="<U1"))
    sample, symbol = record.annotations.sample, record.annotations.symbol
    chosen = is_beat(symbol) & (sample >= 0) & (sample < len(record.signal))
    return BeatMarks(sample[chosen], aami_class(symbol[chosen], escape_beats))


def rr_intervals(record: Record, beats: BeatMarks) -> NDArray[np.float64]:
    """Return the RR interval before each beat but the first.

    Returns
    -------
    (n_beats - 1,) float64
        In s; empty for a record of beats that came cut out, whose distances mean nothing.
    """
    if record.segment_length or len(beats.sample) < 2:
        return np.zeros(0)
    return np.diff(beats.sample) / record.fs


class RRHistogram:
    """Counts RR intervals in bins of 20 ms up to 2 s, and those that are longer."""

    def __init__(self) -> None:
        self._edges = np.arange(round(LONGEST_S / BIN_S) + 1) * BIN_S
        self._counts = {name: np.zeros(len(self._edges) - 1, np.int64) for name in AAMI_CLASSES}
        self._longer = dict.fromkeys(AAMI_CLASSES, 0)

    def add(self, rr_s: NDArray[np.float64], label: NDArray[np.str_]) -> None:
        """Count the intervals of one record.

        Parameters
        ----------
        rr_s : (n,) float64
            RR intervals in s.
        label : (n,) str
            AAMI class of the beat that ends each interval.
        """
        for name in AAMI_CLASSES:
            chosen = rr_s[label == name]
            self._counts[name] += np.histogram(chosen, self._edges)[0]
            self._longer[name] += int(np.count_nonzero(chosen > LONGEST_S))

    def summarise(self) -> dict[str, Any]:
        """Return the counts per class; classes without an interval are left out.

        Returns
        -------
        dict
            ``bin_s``, ``longest_s`` and ``classes``: name -> ``n``, ``counts``, ``longer``.
        """
        classes = {
            name: {
                "n": int(self._counts[name].sum()) + self._longer[name],
                "longer": self._longer[name],
                "counts": self._counts[name].tolist(),
            }
            for name in AAMI_CLASSES
        }
        kept = {name: row for name, row in classes.items() if row["n"]}
        return {"bin_s": BIN_S, "longest_s": LONGEST_S, "classes": kept}
