"""Find the runs of ectopic beats of one annotator, and what lies within a window.

A run is of beats in a row, or a rhythm that counts as a long run; see
`ecg_anomaly.evaluation.ec57.rhythm_events`.
"""

from typing import NamedTuple

from ecg_anomaly.evaluation.ec57.annotator_beats import NEVER
from ecg_anomaly.evaluation.ec57.rhythm_events import EventKind, RhythmEvent

#: Least number of beats of a couplet, a short and a long run.
LEAST_LENGTHS = (2, 3, 6)
LONG = LEAST_LENGTHS[-1]


class Run(NamedTuple):
    """A run of ectopic beats.

    Attributes
    ----------
    start, stop : int
        Samples of the first and of the last beat, or start and end of the rhythm; `NEVER` for a
        rhythm without an end and without a beat after it.
    length : int
        Number of beats; `LONG` or more for a rhythm.
    """

    start: int
    stop: int
    length: int


def find_runs(events: list[RhythmEvent], start: int, last: int | None) -> list[Run]:
    """Find the runs of an annotator, single beats included.

    Parameters
    ----------
    events : list of RhythmEvent
        From `list_events`.
    start : int
        First sample that counts; a rhythm that began earlier begins there.
    last : int or None
        Last sample that counts, if annotations follow it: a run that goes on there is left out.

    Returns
    -------
    list of Run
    """
    before = [e.what for e in events if e.sample < start]
    search = _Search(Run(start, NEVER, LONG) if _lasts(before) else None)
    for event in events[len(before) :]:
        if last is not None and event.sample > last:
            break
        search.add(event)
    return search.runs + ([search.current] if search.current and last is None else [])


def _lasts(before: list[EventKind]) -> bool:
    """Say whether a rhythm lasts; for rxr also one that another rhythm has replaced."""
    changes = [
        what for what in before if what in (EventKind.ON, EventKind.OFF, EventKind.OTHER_OFF)
    ]
    return changes[-1:] == [EventKind.ON]


class _Search:
    """Joins events to runs; `current` is the run that goes on."""

    def __init__(self, current: Run | None) -> None:
        self.current = current
        self.runs: list[Run] = []

    def add(self, event: RhythmEvent) -> None:
        sample, what = event
        if what is EventKind.INSIDE:
            start, _, length = self.current or Run(sample, sample, 0)
            self.current = Run(start, sample, length + 1)
        elif what is EventKind.ON and self.current is None:
            self.current = Run(sample, NEVER, LONG)
        elif what is EventKind.OFF and self.current is not None:
            self.current = self.current._replace(stop=sample)
        elif what in (EventKind.OUTSIDE, EventKind.SHUTDOWN) and self.current is not None:
            self.runs.append(self.current)
            self.current = None


def list_rhythm_spans(events: list[RhythmEvent]) -> list[tuple[int, int]]:
    """List first and last sample of each time a rhythm lasted; shutdown ends it as well."""
    rhythms, since = [], None
    for sample, what in events:
        if what is EventKind.ON:
            since = sample
        elif what in (EventKind.OFF, EventKind.REPLACED, EventKind.SHUTDOWN) and since is not None:
            rhythms.append((since, sample - (what is EventKind.SHUTDOWN)))
            since = None
    return rhythms + ([(since, NEVER)] if since is not None else [])


def count_longest(events: list[RhythmEvent]) -> int:
    """Count the beats of the longest run among events during which the rhythm never lasts."""
    longest = length = 0
    for event in events:
        if event.what not in (EventKind.OFF, EventKind.OTHER_OFF):
            length = length + 1 if event.what is EventKind.INSIDE else 0
        longest = max(longest, length)
    return longest
