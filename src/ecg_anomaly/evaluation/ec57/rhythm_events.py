"""What matters for runs of ectopic beats: the beats of a kind, all others, rhythms, shutdown.

A run is of ventricular beats (V, F) or of supraventricular ones (S). Ventricular flutter or
fibrillation stands for a long run of V, atrial fibrillation or flutter for one of S, in which
normal beats count as S. A rhythm lasts until the next change of rhythm of any kind.
"""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from ecg_anomaly.evaluation.ec57.beat_stream import UNREADABLE
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
        What notes of the rhythm begin with that stands for a long run.
    normal_in_rhythm : bool
        Whether normal beats make a run while the rhythm lasts.
    """

    name: str
    classes: str
    rhythm: str
    normal_in_rhythm: bool


VENTRICULAR = RunKind("VE", "VF", "(VF", normal_in_rhythm=False)
SUPRAVENTRICULAR = RunKind("SVE", "S", "(AF", normal_in_rhythm=True)


class What(Enum):
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
    """An annotation that matters.

    Attributes
    ----------
    sample : int
        When.
    what : What
        What it means.
    """

    sample: int
    what: What


def list_events(marks: Marks, kind: RunKind) -> list[RhythmEvent]:
    """List the annotations that matter for a kind of runs, in the order of time.

    Parameters
    ----------
    marks : Marks
        Annotations in the order of time.
    kind : RunKind
        Kind of runs.

    Returns
    -------
    list of RhythmEvent
    """
    state = _State(kind)
    classes = aami_class(marks.symbol).tolist()
    subtypes, notes = marks.subtype.tolist(), marks.note.tolist()
    symbols = marks.symbol.tolist()
    for i, sample in enumerate(marks.sample.tolist()):
        if classes[i]:
            state.add_beat(sample, classes[i])
        elif symbols[i] in "[]+":
            state.change_rhythm(sample, _new_rhythm(symbols[i], notes[i], state.rhythm))
        elif symbols[i] == "~":
            state.change_quality(sample, (subtypes[i] & UNREADABLE) == UNREADABLE)
    return state.events


def _new_rhythm(symbol: str, note: str, old: str | None) -> str | None:
    """Return the rhythm that lasts after an annotation: ``(VF``, ``(AF`` or none of them."""
    if symbol == "[":
        return VENTRICULAR.rhythm
    if symbol == "]":
        return None if old == VENTRICULAR.rhythm else old
    return next((r for r in (VENTRICULAR.rhythm, SUPRAVENTRICULAR.rhythm) if note[:3] == r), None)


class _State:
    def __init__(self, kind: RunKind) -> None:
        self.kind = kind
        self.rhythm: str | None = None
        self.readable = True
        self.events: list[RhythmEvent] = []

    def add_beat(self, sample: int, label: str) -> None:
        in_rhythm = self.rhythm == self.kind.rhythm and self.kind.normal_in_rhythm
        inside = label in self.kind.classes or (in_rhythm and label == "N")
        self._add(sample, What.INSIDE if inside else What.OUTSIDE)

    def change_rhythm(self, sample: int, new: str | None) -> None:
        old, self.rhythm = self.rhythm, new
        if new == old:
            return
        if new == self.kind.rhythm:
            self._add(sample, What.ON)
        elif old == self.kind.rhythm:
            self._add(sample, What.OFF if new is None else What.REPLACED)
        else:
            self._add(sample, What.OTHER_OFF if new is None else What.OTHER_ON)

    def change_quality(self, sample: int, unreadable: bool) -> None:
        if unreadable and self.readable:
            self._add(sample, What.SHUTDOWN)
        self.readable = not unreadable

    def _add(self, sample: int, what: What) -> None:
        self.events.append(RhythmEvent(sample, what))
