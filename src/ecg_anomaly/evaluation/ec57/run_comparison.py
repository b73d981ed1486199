"""Compare runs of ectopic beats: which of the reference were found, which of the test are true.

This is the program rxr of WFDB; EC57:2012, 4.3.3. A run is a couplet (2 beats), short (3 to 5) or
long (6 and more, or a rhythm that counts as such). A run is found when the other annotator has,
from 150 ms before its first to 150 ms after its last beat, a run long enough for the same of these
three sizes. Runs of the reference and runs of the test are looked up in two separate passes.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from ecg_anomaly.evaluation.ec57.annotator_beats import NEVER
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from ecg_anomaly.evaluation.ec57.rhythm_events import EventKind, RhythmEvent, RunKind, list_events

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


@dataclass(frozen=True)
class RunComparison:
    """Numbers of runs, for couplets, short and long runs in turn.

    Attributes
    ----------
    found, missed : tuple of int
        Runs of the reference.
    true, false : tuple of int
        Runs of the test.
    """

    found: tuple[int, ...]
    missed: tuple[int, ...]
    true: tuple[int, ...]
    false: tuple[int, ...]


def compare_runs(reference: Marks, test: Marks, part: ComparedPart, kind: RunKind) -> RunComparison:
    """Compare the runs of a kind.

    Parameters
    ----------
    reference, test : Marks
        Annotations of one record, in the order of time.
    part : ComparedPart
        Rate and length of the record.
    kind : RunKind
        Ventricular or supraventricular.

    Returns
    -------
    RunComparison
    """
    wanted = _Runs(reference, kind, part)
    got = _Runs(test, kind, part)
    return RunComparison(*wanted.count_in(got), *got.count_in(wanted))


class _Runs:
    """The runs of one annotator, and the longest of them within a window."""

    def __init__(self, marks: Marks, kind: RunKind, part: ComparedPart) -> None:
        self.part = part
        self.events = list_events(marks, kind, part.start)
        self.samples = [event.sample for event in self.events]
        self.runs = find_runs(self.events, part.start, _last(marks, part))
        self.rhythms = list_rhythm_spans(self.events)
        self.rhythm_ends = [end for _, end in self.rhythms]

    def count_in(self, other: "_Runs") -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Count the runs of each size that the other annotator has, and those that it has not."""
        found, missed = [0, 0, 0], [0, 0, 0]
        read = -1
        for run in self.runs:
            start, stop = run.start - self.part.window, run.stop + self.part.window
            if run.length >= LEAST_LENGTHS[0]:
                size = sum(run.length >= least for least in LEAST_LENGTHS) - 1
                longest = other.longest_in(max(start, read + 1), stop)
                (found if longest >= LEAST_LENGTHS[size] else missed)[size] += 1
            read = stop if stop < NEVER else start
        return tuple(found), tuple(missed)

    def longest_in(self, start: int, stop: int) -> int:
        """Return the length of the longest run within a window.

        In a window without an end rxr looks at the rhythm at its start only. It reads forward
        only, so annotations in the window of an earlier run are not in this one.
        """
        if stop >= NEVER:
            at = max(start, self.part.start)
            next_end = bisect_right(self.rhythm_ends, at)
            return LONG * (next_end < len(self.rhythms) and self.rhythms[next_end][0] < at)
        next_end = bisect_left(self.rhythm_ends, start)
        if next_end < len(self.rhythms) and self.rhythms[next_end][0] <= stop:
            return LONG
        first = bisect_left(self.samples, start)
        return count_longest(self.events[first : bisect_right(self.samples, stop)])


def _last(marks: Marks, part: ComparedPart) -> int | None:
    """Return the last sample that counts if annotations follow it, else None."""
    follows = len(marks.sample) > 0 and marks.sample[-1] > part.length
    return part.length if follows and part.length_known else None


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
