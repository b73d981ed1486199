"""Compare runs of ectopic beats: which of the reference were found, which of the test are true.

This is the program rxr of WFDB; EC57:2012, 4.3.3. A run is a couplet (2 beats), short (3 to 5) or
long (6 and more, or a rhythm that stands for it). It is found when the other annotator has, from
150 ms before its first to 150 ms after its last beat, a run of at least the least length of its
class. Both directions are separate passes.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import NamedTuple

from ecg_anomaly.evaluation.ec57.beat_stream import NEVER
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from ecg_anomaly.evaluation.ec57.rhythm_events import RhythmEvent, RunKind, What, list_events

#: Least number of beats of a couplet, a short and a long run.
LEAST_LENGTHS = (2, 3, 6)
LONG = LEAST_LENGTHS[-1]


class Run(NamedTuple):
    """A run of ectopic beats.

    Attributes
    ----------
    start, stop : int
        Samples of the first and of the last beat, or of the rhythm; `NEVER` when a rhythm that no
        beat followed has no end.
    length : int
        Number of beats; of a rhythm `LONG` and more.
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
    """The runs of one annotator, and what it has within a window."""

    def __init__(self, marks: Marks, kind: RunKind, part: ComparedPart) -> None:
        self.part = part
        self.events = list_events(marks, kind, part.start)
        self.samples = [event.sample for event in self.events]
        self.runs = find_runs(self.events, part.start, _last(marks, part))
        self.rhythms = list_rhythms(self.events)
        self.rhythm_ends = [end for _, end in self.rhythms]

    def count_in(self, other: "_Runs") -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Count the runs of each class that the other annotator has, and that it has not."""
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

        Of a window without an end rxr sees the rhythm at its start only. It never goes back, so
        what lay in the window before, be it of a single beat, is not in this one.
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
    """Return the last sample that counts if annotations follow it."""
    follows = len(marks.sample) > 0 and marks.sample[-1] > part.length
    return part.length if follows and part.length_known else None


def find_runs(events: list[RhythmEvent], start: int, last: int | None) -> list[Run]:
    """Find the runs of an annotator, single beats among them.

    Parameters
    ----------
    events : list of RhythmEvent
        Annotations that matter.
    start : int
        First sample that counts; a rhythm that lasts there begins there.
    last : int or None
        Last sample that counts, if annotations follow it: then what lasts there is not counted.

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


def _lasts(before: list[What]) -> bool:
    """Say whether a rhythm lasts; one that the other has replaced still does to rxr."""
    changes = [what for what in before if what in (What.ON, What.OFF, What.OTHER_OFF)]
    return changes[-1:] == [What.ON]


class _Search:
    def __init__(self, current: Run | None) -> None:
        self.current = current
        self.runs: list[Run] = []

    def add(self, event: RhythmEvent) -> None:
        sample, what = event
        if what is What.INSIDE:
            start, _, length = self.current or Run(sample, sample, 0)
            self.current = Run(start, sample, length + 1)
        elif what is What.ON and self.current is None:
            self.current = Run(sample, NEVER, LONG)
        elif what is What.OFF and self.current is not None:
            self.current = self.current._replace(stop=sample)
        elif what in (What.OUTSIDE, What.SHUTDOWN) and self.current is not None:
            self.runs.append(self.current)
            self.current = None


def list_rhythms(events: list[RhythmEvent]) -> list[tuple[int, int]]:
    """List from when to when a rhythm lasted; shutdown ends it without a word."""
    rhythms, since = [], None
    for sample, what in events:
        if what is What.ON:
            since = sample
        elif what in (What.OFF, What.REPLACED, What.SHUTDOWN) and since is not None:
            rhythms.append((since, sample - (what is What.SHUTDOWN)))
            since = None
    return rhythms + ([(since, NEVER)] if since is not None else [])


def count_longest(events: list[RhythmEvent]) -> int:
    """Count the beats of the longest run among events that have no rhythm of the kind."""
    longest = length = 0
    for event in events:
        if event.what not in (What.OFF, What.OTHER_OFF):
            length = length + 1 if event.what is What.INSIDE else 0
        longest = max(longest, length)
    return longest
