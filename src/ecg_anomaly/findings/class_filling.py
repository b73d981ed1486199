"""Count beats as ventricular for their neighbours' sake: what the rules that do so have in common.

A rule looks at some beats before a beat and after it. Beats that depend on those to come are held
back until these are there, and no others are.
"""

from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import (
    VENTRICULAR,
    BeatBatch,
    BeatRow,
    any_of_class,
    put_rows_before,
    take_rows,
)

#: Probability of the class of a beat that counts as ventricular for its neighbours' sake.
FILLED = 0.5


class ClassFiller(ABC):
    """Counts some beats as ventricular; batches do not change which.

    Parameters
    ----------
    reach : int
        So many of the last beats are kept, as they came: those to come may depend on them.
    """

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._past: list[BeatRow] = []  # the last beats, of which `_held` are not passed on
        self._held = 0

    @property
    def n_held(self) -> int:
        """Beats that are held back."""
        return self._held

    def extend(self, beats: BeatBatch) -> BeatBatch:
        """Take the next beats; return those that nothing can change any more."""
        if not len(beats):
            return beats
        self._follow(beats)
        if not self._held and self._are_plain(beats):
            self._past = [*self._past, *take_rows(beats, self._reach)][-self._reach :]
            return beats
        rows = put_rows_before(self._past, beats)
        first = len(rows) - len(beats) - self._held
        found, waiting = self._find(rows)
        self._held = min(waiting, len(rows) - first)
        self._past = take_rows(rows, self._reach)
        return _fill(rows, found).select(first, len(rows) - self._held)

    def finish(self) -> BeatBatch | None:
        """Return the beats that are held back, as no others come; None where there is none."""
        held, self._held = self._held, 0
        if not held:
            return None
        rows = put_rows_before(self._past)
        found, _ = self._find(rows)
        return _fill(rows, found).select(len(rows) - held, len(rows))

    def _follow(self, beats: BeatBatch) -> None:  # noqa: B027 - not every rule has to
        """Take note of the next beats, whatever they are."""

    def _are_plain(self, beats: BeatBatch) -> bool:
        """Tell, at little cost, that with these beats none may be filled and none has to wait."""
        return not any_of_class(self._past, beats, VENTRICULAR)

    @abstractmethod
    def _find(self, rows: BeatBatch) -> tuple[NDArray[np.bool_], int]:
        """Mark the beats that are filled, and count the last ones that have to wait."""


def _fill(rows: BeatBatch, found: NDArray[np.bool_]) -> BeatBatch:
    if not found.any():
        return rows
    return replace(
        rows,
        number=np.where(found, np.int8(VENTRICULAR), rows.number),
        probability=np.where(found, FILLED, rows.probability),
    )
