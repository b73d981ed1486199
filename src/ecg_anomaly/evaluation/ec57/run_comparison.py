"""Compare runs of ectopic beats: which of the reference were found, which of the test are true.

This is the program rxr of WFDB; EC57:2012, 4.3.3. A run is a couplet (2 beats), short (3 to 5) or
long (6 and more, or a rhythm that counts as such). A run is found when the other annotator has,
from 150 ms before its first to 150 ms after its last beat, a run long enough for the same of these
three sizes. Runs of the reference and runs of the test are looked up in two separate passes.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ecg_anomaly.evaluation.ec57.annotator_beats import NEVER
from ecg_anomaly.evaluation.ec57.ectopic_runs import (
    LEAST_LENGTHS,
    LONG,
    Run,
    count_longest,
    find_runs,
    list_rhythm_spans,
)
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from ecg_anomaly.evaluation.ec57.rhythm_events import RunKind, list_events


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


def list_differences(
    reference: Marks, test: Marks, part: ComparedPart, kind: RunKind
) -> tuple[list[Run], list[Run]]:
    """List the runs that are missed and those that are false; parameters as of `compare_runs`."""
    wanted, got = _Runs(reference, kind, part), _Runs(test, kind, part)
    return (
        [run for run, is_there in wanted.look_up(got) if not is_there],
        [run for run, is_there in got.look_up(wanted) if not is_there],
    )


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
        for run, is_there in self.look_up(other):
            (found if is_there else missed)[_size(run)] += 1
        return tuple(found), tuple(missed)

    def look_up(self, other: "_Runs") -> Iterator[tuple[Run, bool]]:
        """Yield each run of two beats or more, and whether the other annotator has it."""
        read = -1
        for run in self.runs:
            start, stop = run.start - self.part.window, run.stop + self.part.window
            if run.length >= LEAST_LENGTHS[0]:
                longest = other.longest_in(max(start, read + 1), stop)
                yield run, longest >= LEAST_LENGTHS[_size(run)]
            read = stop if stop < NEVER else start

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


def _size(run: Run) -> int:
    """Return the index in `LEAST_LENGTHS` of a run of two beats or more."""
    return sum(run.length >= least for least in LEAST_LENGTHS) - 1


def _last(marks: Marks, part: ComparedPart) -> int | None:
    """Return the last sample that counts if annotations follow it, else None."""
    follows = len(marks.sample) > 0 and marks.sample[-1] > part.length
    return part.length if follows and part.length_known else None
