"""Compare a test annotator with the reference beat by beat, as the program bxb of WFDB does."""

import math
from collections import Counter
from dataclasses import dataclass, field

from ecg_anomaly.evaluation.ec57.annotator_beats import (
    NO_BEAT,
    AnnotatorBeats,
    read_annotator_beats,
)
from ecg_anomaly.evaluation.ec57.beat_matching import MatchKind, find_first, iterate_matches
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from ecg_anomaly.evaluation.ec57.ratio import Ratio


@dataclass
class BeatComparison:
    """The matrix of EC57:2012, table 3, and the error of the RR intervals.

    Attributes
    ----------
    counts : Counter of str
        Number of beats by class in the reference and, in lower case, in the test: ``Nv`` is a
        normal beat called ventricular. The test class is ``o`` for a missed beat, ``x`` for one
        missed in shutdown; the reference class is ``O`` for an extra beat of the test, ``X`` for
        one in a shutdown of the reference.
    rr_error_ms : float or None
        Root mean square difference of the intervals between beats, in ms; None without intervals.
    shutdown_s : int
        Seconds for which the test annotator could not read the signal.
    """

    counts: Counter[str] = field(default_factory=Counter)
    rr_error_ms: float | None = None
    shutdown_s: int = 0

    def sum(self, reference: str, test: str) -> int:
        """Sum the matrix over classes of the reference and of the test.

        Examples
        --------
        >>> BeatComparison(Counter(Nv=2, Vv=3, Vo=1)).sum("V", "vo")
        4
        """
        return sum(self.counts[r + t] for r in reference for t in test)

    def sensitivity(self, label: str) -> Ratio:
        """Share of the beats of a class that were called so.

        Parameters
        ----------
        label : {"V", "S"}
            AAMI class.
        """
        return Ratio(self.counts[label + label.lower()], self.sum(label, "nsvfqox"))

    def predictivity(self, label: str) -> Ratio:
        """Share of the beats that were called so which are of the class.

        A fused or unclassifiable beat of the reference called V is no error, nor is an
        unclassifiable one called S: EC57:2012, 4.3.2.
        """
        called = label.lower()
        return Ratio(self.counts[label + called], self.sum(_OTHERS[label] + label, called))

    @property
    def qrs_sensitivity(self) -> Ratio:
        """Share of the beats that were found, whatever they were called."""
        return Ratio(self.sum(_BEATS, "nsvfq"), self.sum(_BEATS, "nsvfqox"))

    @property
    def qrs_predictivity(self) -> Ratio:
        """Share of the beats of the test that are beats of the reference."""
        return Ratio(self.sum(_BEATS, "nsvfq"), self.sum(_BEATS + "OX", "nsvfq"))


_BEATS = "NSVFQ"

#: Classes of the reference that make a call of this class an error.
_OTHERS = {"V": "NSOX", "S": "NVFOX"}


def compare_beats(reference: Marks, test: Marks, part: ComparedPart) -> BeatComparison:
    """Compare a test annotator with the reference beat by beat.

    Parameters
    ----------
    reference, test : Marks
        Annotations of one record, in the order of time.
    part : ComparedPart
        Rate and length of the record.

    Returns
    -------
    BeatComparison
    """
    wanted = read_annotator_beats(reference, part.window, part.length)
    got = read_annotator_beats(test, part.window, part.length)
    first = find_first(wanted.sample, got.sample, part.start, part.window)
    tally = _Tally(wanted, got, part, first[1])
    for event in iterate_matches(wanted.sample, got.sample, part.window, first, part.length):
        tally.add(*event)
    return tally.finish()


class _Tally:
    """Counts pairs, missed and extra beats of one record, and sums squared RR errors."""

    def __init__(
        self, reference: AnnotatorBeats, test: AnnotatorBeats, part: ComparedPart, first: int
    ) -> None:
        self.reference, self.test, self.part = reference, test, part
        self.next_test = first
        self.counts: Counter[str] = Counter()
        self.squares = self.n_intervals = 0

    def add(self, kind: MatchKind, i: int, j: int) -> None:
        reference, test = self.reference, self.test
        self.next_test = j + (kind is not MatchKind.MISSED)
        if kind is MatchKind.PAIR:
            self._count(reference.label[i], test.label[j], i, j)
        elif kind is MatchKind.MISSED:
            shutdown = test.is_shutdown(reference.sample[i], j)
            self._count(reference.label[i], "X" if shutdown else NO_BEAT, i, j)
        elif test.sample[j] >= self.part.start and not reference.is_flutter(test.sample[j], i):
            shutdown = reference.is_shutdown(test.sample[j], i)
            self._count("X" if shutdown else NO_BEAT, test.label[j], i, j)

    def _count(self, reference: str, test: str, i: int, j: int) -> None:
        self.counts[reference + test.lower()] += 1
        if i < len(self.reference.rr) and j < len(self.test.rr):
            wanted, got = self.reference.rr[i], self.test.rr[j]
            if wanted is not None and got is not None:
                self.squares += (wanted - got) ** 2
                self.n_intervals += 1

    def finish(self) -> BeatComparison:
        fs = self.part.fs
        for nothing in ("Oo", "Ox", "Xo", "Xx"):
            self.counts.pop(nothing, None)
        error = None
        if self.n_intervals:
            whole_rate = int(fs + 0.5)  # like bxb
            error = 1000 * math.sqrt(self.squares / self.n_intervals) / whole_rate
        seconds = int(self.test.count_shutdown(self.next_test) / fs + 0.5)
        return BeatComparison(self.counts, error, seconds)
