"""Consecutive beats as the rules of findings take them: times, intervals, classes, quality."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import nan
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.detector.decisions import BeatDecisions

#: Classes as numbers: no class, supraventricular, ventricular, another abnormal one, unreadable.
NORMAL, SUPRAVENTRICULAR, VENTRICULAR, OTHER, UNREADABLE = range(5)

#: The number of each AAMI class of a flagged beat; a fusion of a ventricular beat is another one,
#: and so is a flagged beat of a network that knows no classes.
NUMBERS = {"N": NORMAL, "S": SUPRAVENTRICULAR, "V": VENTRICULAR, "F": OTHER, "Q": OTHER, "": OTHER}

#: Names of the classes of abnormal beats in the text of a finding.
CLASS_NAMES = {SUPRAVENTRICULAR: "supraventricular", VENTRICULAR: "ventricular", OTHER: "other"}


@dataclass(frozen=True)
class BeatBatch:
    """Some consecutive beats; all arrays are (n,).

    Attributes
    ----------
    time_s : float64
        R peak in s, ascending.
    rr_s : float64
        Interval from the beat before; NaN where it is not known, or one of its two beats cannot be
        trusted.
    number : int8
        Class, one of the numbers of this module.
    quality : float32
        From 0 to 1.
    probability : float64
        Of the class; 1 where none is stated.
    score : float64
        Of the detector, larger for a more anomalous beat; NaN where there is none.
    reason, lead : object
        As in `BeatDecisions`.
    ventricular, fusion : float64
        Probability of these two classes, of beats of any class; NaN where there is none.
    """

    time_s: NDArray[np.float64]
    rr_s: NDArray[np.float64]
    number: NDArray[np.int8]
    quality: NDArray[np.float32]
    probability: NDArray[np.float64]
    score: NDArray[np.float64]
    reason: NDArray[np.object_]
    lead: NDArray[np.object_]
    ventricular: NDArray[np.float64]
    fusion: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time_s)

    def select(self, first: int, stop: int) -> "BeatBatch":
        """Return the beats from row `first` up to, and without, `stop`."""
        return BeatBatch(*(getattr(self, name)[first:stop] for name in _COLUMNS))


class Beat(NamedTuple):
    """One beat of a batch as plain values, for what takes beats one by one."""

    time_s: float
    rr_s: float
    number: int
    quality: float
    probability: float
    score: float
    reason: str
    lead: str
    ventricular: float
    fusion: float


#: Types of the columns of a batch; a `Beat`, or what a snapshot makes of it, a mere tuple.
_DTYPES = {
    "time_s": np.float64, "rr_s": np.float64, "number": np.int8, "quality": np.float32,
    "probability": np.float64, "score": np.float64, "reason": np.object_, "lead": np.object_,
    "ventricular": np.float64, "fusion": np.float64,
}  # fmt: skip
_COLUMNS = tuple(field.name for field in fields(BeatBatch))
_NUMBER = _COLUMNS.index("number")
BeatRow = tuple[Any, ...]


def is_trusted(decisions: BeatDecisions) -> NDArray[np.bool_]:
    """Tell which beats can be read, and are not in doubt, (n,) bool."""
    return np.asarray((decisions.unreadable == "") & (decisions.quality >= TRUSTED_QUALITY), bool)


def concatenate_batches(batches: Sequence[BeatBatch]) -> BeatBatch:
    """Join batches of consecutive beats; there is at least one."""
    return BeatBatch(*(np.concatenate([getattr(b, n) for b in batches]) for n in _COLUMNS))


def take_rows(beats: BeatBatch, n: int) -> list[BeatRow]:
    """Return the last n beats as plain values, which a snapshot of a live stream can hold."""
    last = beats.select(max(0, len(beats) - n), len(beats))
    return list(zip(*(getattr(last, name).tolist() for name in _COLUMNS), strict=True))


def any_of_class(rows: list[BeatRow], beats: BeatBatch, number: int) -> bool:
    """Tell whether one of some beats, as rows or as a batch, is of a class."""
    return any(row[_NUMBER] == number for row in rows) or bool((beats.number == number).any())


def put_rows_before(rows: list[BeatRow], beats: BeatBatch | None = None) -> BeatBatch:
    """Put beats from `take_rows` before those that follow; without these there is at least one."""
    if not rows and beats is not None:
        return beats
    columns = {}
    for name, values in zip(_COLUMNS, zip(*rows, strict=True), strict=True):
        column: NDArray[Any] = np.array(values, _DTYPES[name])
        columns[name] = column if beats is None else np.concatenate([column, getattr(beats, name)])
    return BeatBatch(**columns)


#: Columns of decisions that make a beat; the last five are taken as they are.
_DECIDED = (
    "time_s", "rr_s", "quality", "unreadable", "anomalous", "aami", "probability",
    "score", "reason", "lead", "ventricular", "fusion",
)  # fmt: skip


def make_batch(decisions: BeatDecisions, last_trusted: bool = False) -> BeatBatch:
    """Make a batch of the decisions on consecutive beats.

    Parameters
    ----------
    decisions : BeatDecisions
    last_trusted : bool
        True if the beat before the first one can be trusted.

    Returns
    -------
    BeatBatch
    """
    unreadable, trusted = np.asarray(decisions.unreadable != "", bool), is_trusted(decisions)
    before = np.append(last_trusted, trusted[:-1])[: len(trusted)]
    number = np.where(unreadable, UNREADABLE, NORMAL).astype(np.int8)
    rows = np.flatnonzero(decisions.anomalous)
    number[rows] = [NUMBERS[name] for name in decisions.aami[rows].tolist()]
    known = np.nan_to_num(decisions.probability.astype(np.float64), nan=1.0)
    rr_s = np.where(trusted & before, decisions.rr_s, np.nan)
    return BeatBatch(
        decisions.time_s, rr_s, number, decisions.quality, known, decisions.score,
        decisions.reason, decisions.lead, decisions.ventricular.astype(np.float64),
        decisions.fusion.astype(np.float64),
    )  # fmt: skip


def list_beats(decisions: BeatDecisions, last_trusted: bool = False) -> list[Beat]:
    """List consecutive beats one by one, with the values of `make_batch`: faster for a few."""
    columns = (getattr(decisions, name).tolist() for name in _DECIDED)
    beats, before = [], last_trusted
    for time_s, rr_s, quality, why, flagged, aami, probability, *rest in zip(*columns, strict=True):
        trusted = why == "" and quality >= TRUSTED_QUALITY
        number = NORMAL if why == "" else UNREADABLE
        number = NUMBERS[aami] if flagged else number
        known = probability if probability == probability else 1.0
        rr_s = rr_s if trusted and before else nan
        beats.append(Beat(time_s, rr_s, number, quality, known, *rest))
        before = trusted
    return beats
