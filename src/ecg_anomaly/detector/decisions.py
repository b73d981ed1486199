"""The decisions of a detector on the beats of a recording: one array per column."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

#: Types of the columns of `BeatDecisions`.
DTYPES: dict[str, DTypeLike] = {
    "sample": np.int64,
    "time_s": np.float64,
    "score": np.float64,
    "anomalous": np.bool_,
    "unreadable": np.object_,
    "quality": np.float32,
    "clipped": np.bool_,
    "bridged": np.bool_,
    "rr_s": np.float64,
    "reason": np.object_,
    "aami": np.object_,
    "probability": np.float32,
    "lead": np.object_,
    "ventricular": np.float32,
    "fusion": np.float32,
}

#: Values of the columns that may be left out.
_ABSENT = {"aami": "", "probability": np.nan, "lead": "", "ventricular": np.nan, "fusion": np.nan}

#: Initial capacity of a growing column, and the factor by which it grows. Memory that was never
#: written to is not allocated by the system.
INITIAL_CAPACITY, GROWTH = 1 << 14, 2


@dataclass(frozen=True)
class BeatDecisions:
    """Decisions for the beats of one recording.

    Attributes
    ----------
    sample : (n,) int64
        R peak in samples of the recording.
    time_s : (n,) float64
        R peak in s.
    score : (n,) float64
        Larger is more anomalous; NaN where the beat cannot be read.
    anomalous : (n,) bool
        Score above the threshold; never for a beat that cannot be read.
    unreadable : (n,) object
        Why a beat cannot be read, as str; ``""`` when it can.
    quality : (n,) float32
        From 1, without noise, to 0, which is also that of a beat that cannot be read. A score of a
        beat below 0.5 is lowered, see `ecg_anomaly.detector.detector.Detector.score_inputs`.
    clipped : (n,) bool
        True where the recorder ran out of range in the window of the beat; if it is readable, only
        the tip of a wave is cut off.
    bridged : (n,) bool
        True where single missing samples in the window of the beat are bridged.
    rr_s : (n,) float64
        Interval from the beat before in s; NaN for the first beat, and where so much signal is
        missing in every lead that a beat may be lost in it.
    reason : (n,) object
        Why a beat is flagged, as str; ``""`` when it is not.
    aami : (n,) object
        The most probable AAMI class of a flagged beat, as str: S, V, F or Q; ``""`` for a beat that
        is not flagged, and where the network knows no classes.
    probability : (n,) float32
        Probability of that class among the four; NaN where there is none.
    lead : (n,) object
        The lead that a beat is read on, or, where none can be read, the one that `unreadable`
        speaks of; ``""`` where it is not known.
    ventricular, fusion : (n,) float32
        Probability of V and of F among all classes, of beats that are not flagged too: a beat
        beside a ventricular one may be another for less, see `ecg_anomaly.findings.run_edges`. NaN
        where a beat cannot be read, and where the network knows no classes.

    Notes
    -----
    Text is held as objects: a fixed width would take as much memory for each of a week's million
    beats as for the longest text.
    """

    sample: NDArray[np.int64]
    time_s: NDArray[np.float64]
    score: NDArray[np.float64]
    anomalous: NDArray[np.bool_]
    unreadable: NDArray[Any]
    quality: NDArray[np.float32]
    clipped: NDArray[np.bool_]
    bridged: NDArray[np.bool_]
    rr_s: NDArray[np.float64]
    reason: NDArray[Any]
    aami: NDArray[Any] = field(default_factory=lambda: np.zeros(0, object))
    probability: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    lead: NDArray[Any] = field(default_factory=lambda: np.zeros(0, object))
    ventricular: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    fusion: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))

    def __post_init__(self) -> None:
        n = len(self.sample)
        for name, absent in _ABSENT.items():
            if len(getattr(self, name)) != n:
                object.__setattr__(self, name, np.full(n, absent, DTYPES[name]))

    @staticmethod
    def columns() -> tuple[str, ...]:
        """Return the names of the columns."""
        return tuple(DTYPES)

    def __len__(self) -> int:
        return len(self.sample)

    def to_frame(self) -> "pd.DataFrame":
        """Return a row per beat, with the columns of the table that `ecg-anomaly score` writes."""
        import pandas as pd  # takes longer to import than a recording takes to score

        columns: dict[str, NDArray[Any]] = {
            "sample": self.sample,
            "time_s": self.time_s,
            "score": self.score,
            "anomalous": self.anomalous,
            "readable": self.unreadable == "",
            "quality": self.quality,
            "clipped": self.clipped,
            "rr_s": self.rr_s,
            "reason": self.reason,
            "class": self.aami,
            "class_probability": self.probability,
            "lead": self.lead,
        }
        return pd.DataFrame(columns)


def concatenate_decisions(parts: Iterable[BeatDecisions], expected: int = 0) -> BeatDecisions:
    """Join the decisions on consecutive parts of a recording; without parts there are no beats.

    Parameters
    ----------
    parts : iterable of BeatDecisions
        In the order of time.
    expected : int
        So many beats are joined without a copy of those before; there may be more, or fewer.
    """
    columns = {name: _begin_column(np.dtype(kind), expected) for name, kind in DTYPES.items()}
    for part in parts:
        for name, column in columns.items():
            column.extend(getattr(part, name))
    return BeatDecisions(**{name: column.finish() for name, column in columns.items()})


def _begin_column(dtype: np.dtype[Any], expected: int) -> "GrowingColumn | TextColumn":
    return TextColumn() if dtype.hasobject else GrowingColumn(dtype, expected)


@cache
def no_decisions() -> BeatDecisions:
    """Return the decisions on no beats."""
    return BeatDecisions(**{name: np.zeros(0, kind) for name, kind in DTYPES.items()})


class GrowingColumn:
    """An array of numbers of unknown final length to which values are appended.

    Parameters
    ----------
    dtype : dtype
        Of all values.
    expected : int
        So many values are appended without a copy of those before.

    Notes
    -----
    ``np.concatenate`` at the end would hold every part twice, and the memory of the many small
    parts is not returned to the system when they are freed: over a week of recording that took
    more memory than the scores themselves.
    """

    def __init__(self, dtype: np.dtype[Any], expected: int = 0) -> None:
        self._values = np.empty(max(INITIAL_CAPACITY, expected), dtype)
        self._length = 0

    def extend(self, values: NDArray[Any]) -> None:
        """Append values, (n,)."""
        stop = self._length + len(values)
        if stop > len(self._values):
            former = self._values[: self._length]
            capacity = max(stop, GROWTH * len(self._values))
            self._values = np.empty(capacity, self._values.dtype)
            self._values[: self._length] = former
        self._values[self._length : stop] = values
        self._length = stop

    def finish(self) -> NDArray[Any]:
        """Return all values as a view; call `extend` no more after it."""
        return self._values[: self._length]


class TextColumn:
    """An array of texts to which others are appended, which are kept as they come until the end.

    A `GrowingColumn` of objects would take the memory of its whole capacity, since NumPy writes to
    all of it. Texts are not copied.
    """

    def __init__(self) -> None:
        self._parts: list[NDArray[Any]] = [np.zeros(0, object)]

    def extend(self, values: NDArray[Any]) -> None:
        """Append values, (n,), which must not be changed afterwards."""
        self._parts.append(values)

    def finish(self) -> NDArray[Any]:
        """Return all values; call `extend` no more after it."""
        self._parts = [np.concatenate(self._parts)]
        return self._parts[0]


def place_texts(texts: Sequence[str], rows: NDArray[np.intp], n: int) -> NDArray[np.object_]:
    """Put texts into a column of n, ``""`` elsewhere; equal texts become one object.

    Parameters
    ----------
    texts : sequence of str
        m texts.
    rows : (m,) int
        Where each goes.
    n : int
        Length of the column.

    Returns
    -------
    (n,) object
    """
    column, known = np.full(n, "", dtype=object), dict[str, str]()
    column[rows] = [known.setdefault(text, text) for text in texts]
    return column
