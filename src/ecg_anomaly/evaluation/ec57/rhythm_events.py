"""Turn annotations into the events that begin, continue or end runs of ectopic beats.

A run is of ventricular beats (V, F) or of supraventricular ones (S). Ventricular flutter or
fibrillation counts as a long run of V; atrial fibrillation or flutter counts as a long run of S, in
which normal beats count as S. A rhythm lasts until the next change of rhythm of any kind.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import numpy as np

from ecg_anomaly.evaluation.ec57.annotator_beats import UNREADABLE
from ecg_anomaly.evaluation.ec57.marks import Marks
from ecg_anomaly.records.beat_labels import aami_class


@dataclass(frozen=True)
class RunKind:
    """A kind of runs.

    Attributes
    ----------
    name : str
        As in the tables.
    classes : str
        AAMI classes whose beats make a run.
    rhythm : str
        How the notes of the rhythm that counts as a long run begin.
    normal_in_rhythm : bool
        Whether normal beats belong to the run while that rhythm lasts.
    """

    name: str
    classes: str
    rhythm: str
    normal_in_rhythm: bool


VENTRICULAR = RunKind("VE", "VF", "(VF", normal_in_rhythm=False)
SUPRAVENTRICULAR = RunKind("SVE", "S", "(AF", normal_in_rhythm=True)


class EventKind(Enum):
    """What an annotation means for a kind of runs."""

    INSIDE = "beat of the kind"
    OUTSIDE = "other beat"
    ON = "its rhythm begins"
    OFF = "its rhythm ends"
    REPLACED = "its rhythm ends as the other one begins"
    OTHER_ON = "the other rhythm begins"
    OTHER_OFF = "the other rhythm ends"
    SHUTDOWN = "the annotator cannot read any more"


class RhythmEvent(NamedTuple):
    """An annotation that begins, continues or ends runs.

    Attributes
    ----------
    sample : int
        Its sample.
    what : EventKind
        Its meaning.
    """

    sample: int
    what: EventKind


def list_events(marks: Marks, kind: RunKind, start: int = 0) -> list[RhythmEvent]:
    """List the annotations that begin, continue or end runs of a kind, in the order of time.

    Parameters
    ----------
    marks : Marks
        Annotations in the order of time.
    kind : RunKind
        MatchKind of runs.
    start : int
        First sample that counts.

    Returns
    -------
    list of RhythmEvent
        Of consecutive other beats only the first is listed, and the first from `start` on.
    """
    state, first = _State(kind, marks, start), 0
    for i in np.flatnonzero(np.isin(marks.symbol, ["[", "]", "+", "~"])).tolist():
        state.add_beats(first, i)
        state.change(i)
        first = i + 1
    state.add_beats(first, len(marks.symbol))
    return state.events


def _new_rhythm(symbol: str, note: str, old: str | None) -> str | None:
    """Return the rhythm that lasts after an annotation: ``(VF``, ``(AF`` or none of them."""
    if symbol == "[":
        return VENTRICULAR.rhythm
    if symbol == "]":
        return None if old == VENTRICULAR.rhythm else old
    return next((r for r in (VENTRICULAR.rhythm, SUPRAVENTRICULAR.rhythm) if note[:3] == r), None)


class _State:
    """Keeps rhythm and readability from mark to mark; the beats between two marks come at once."""

    def __init__(self, kind: RunKind, marks: Marks, start: int) -> None:
        self.kind, self.marks, self.start = kind, marks, start
        label = aami_class(marks.symbol)
        self.is_beat, self.is_normal = label != "", label == "N"
        self.is_inside = np.isin(label, list(kind.classes))
        self.rhythm: str | None = None
        self.readable = True
        self.events: list[RhythmEvent] = []

    def add_beats(self, start: int, stop: int) -> None:
        """Add the beats among the marks from `start` up to, and without, `stop`."""
        beats = self.is_beat[start:stop]
        inside = self.is_inside[start:stop][beats]
        if self.kind.normal_in_rhythm and self.rhythm == self.kind.rhythm:
            inside = inside | self.is_normal[start:stop][beats]
        sample = self.marks.sample[start:stop][beats]
        listed = inside | np.append(True, inside[:-1])[: len(inside)]
        listed |= np.arange(len(sample)) == np.searchsorted(sample, self.start)
        for when, is_inside in zip(sample[listed].tolist(), inside[listed].tolist(), strict=True):
            self._add(when, EventKind.INSIDE if is_inside else EventKind.OUTSIDE)

    def change(self, i: int) -> None:
        """Take over a change of rhythm or readability."""
        symbol, sample = str(self.marks.symbol[i]), int(self.marks.sample[i])
        if symbol == "~":
            unreadable = (int(self.marks.subtype[i]) & UNREADABLE) == UNREADABLE
            if unreadable and self.readable:
                self._add(sample, EventKind.SHUTDOWN)
            self.readable = not unreadable
            return
        old = self.rhythm
        self.rhythm = _new_rhythm(symbol, str(self.marks.note[i]), old)
        what = self._name_change(old, self.rhythm)
        if what is not None:
            self._add(sample, what)

    def _add(self, sample: int, what: EventKind) -> None:
        self.events.append(RhythmEvent(sample, what))

    def _name_change(self, old: str | None, new: str | None) -> EventKind | None:
        if new == old:
            return None
        if new == self.kind.rhythm:
            return EventKind.ON
        if old == self.kind.rhythm:
            return EventKind.OFF if new is None else EventKind.REPLACED
        return EventKind.OTHER_OFF if new is None else EventKind.OTHER_ON
