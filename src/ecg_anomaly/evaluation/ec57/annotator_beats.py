"""List the beats of one annotator in order, and the segments in which no beats are compared.

Shutdown is where an annotator could not read the signal. It begins with a ``~`` whose subtype has
bits 4 and 5 set (such as -1) and ends with a ``~`` of any other subtype. If another annotation
follows the ``~`` that begins it, shutdown is the whole time between the two neighbours of that
``~``, as in the database of the AHA (bxb(1)). Ventricular flutter or fibrillation lies between
``[`` and ``]``; beats in it are not compared.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.ec57.marks import Marks
from ecg_anomaly.records.beat_labels import aami_class

#: Bits of the subtype of ``~`` that are set together where no signal is readable.
UNREADABLE = 0x30

#: Label of a flutter wave: it takes part in matching, but a beat paired with it is unmatched.
NO_BEAT = "O"

#: A sample after the end of any record.
NEVER = 1 << 62

Segment = tuple[int, int]


@dataclass
class AnnotatorBeats:
    """Beats outside of flutter, and the segments of shutdown and flutter between them.

    Attributes
    ----------
    sample : list of int
        Samples of the beats.
    label : list of str
        AAMI class of each, or `NO_BEAT`.
    rr : list of int or None
        Samples since the beat before; None after shutdown or flutter and at the first beat.
    n_shutdowns, n_flutters : list of int
        Number of segments that had ended when the beat was read.
    shutdowns, flutters : list of (int, int)
        First and last sample of each segment; a last sample before the first one holds nothing.
    shutdown_lengths : list of int
        Samples of each shutdown. Segments in the style of the AHA may overlap and count twice.
    """

    sample: list[int] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    rr: list[int | None] = field(default_factory=list)
    n_shutdowns: list[int] = field(default_factory=list)
    n_flutters: list[int] = field(default_factory=list)
    shutdowns: list[Segment] = field(default_factory=list)
    flutters: list[Segment] = field(default_factory=list)
    shutdown_lengths: list[int] = field(default_factory=list)

    def is_shutdown(self, sample: int, beat: int) -> bool:
        """Say whether a sample lies in shutdown, as bxb knows it while `beat` is the current one.

        Like bxb this looks one beat ahead and at the last two segments only: of three segments
        between two beats the first is ignored.
        """
        return _holds(sample, self.shutdowns, self._count_known(self.n_shutdowns, beat))

    def is_flutter(self, sample: int, beat: int) -> bool:
        """Say whether a sample lies in flutter or fibrillation; see `is_shutdown`."""
        return _holds(sample, self.flutters, self._count_known(self.n_flutters, beat))

    def count_shutdown(self, beat: int) -> int:
        """Count the samples of shutdown that are known while `beat` is the current one."""
        return sum(self.shutdown_lengths[: self._count_known(self.n_shutdowns, beat)])

    @staticmethod
    def _count_known(counts: list[int], beat: int) -> int | None:
        """Count the segments that had ended when the next beat was read; None for all."""
        return counts[beat + 1] if beat + 1 < len(counts) else None


def _holds(sample: int, segments: list[Segment], known: int | None) -> bool:
    last = len(segments) if known is None else known
    return any(start <= sample <= stop for start, stop in segments[max(last - 2, 0) : last])


def read_annotator_beats(marks: Marks, window: int, length: int) -> AnnotatorBeats:
    """List the beats of an annotator, and the shutdowns and flutters between them.

    Parameters
    ----------
    marks : Marks
        Annotations in the order of time.
    window : int
        Samples that matching beats may be apart.
    length : int
        Length of the record in samples.

    Returns
    -------
    AnnotatorBeats
    """
    unreadable = (marks.symbol == "~") & ((marks.subtype & UNREADABLE) == UNREADABLE)
    special = np.isin(marks.symbol, ["~", "[", "]"])
    special[1:] |= unreadable[:-1]  # what follows a mark of shutdown may end it
    reader = _Reader(marks, window, unreadable)
    start = 0
    for i in np.flatnonzero(special).tolist():
        reader.add_beats(start, i)
        reader.read(i)
        start = i + (marks.symbol[i] in ("~", "[", "]"))
    reader.add_beats(start, len(special))
    return reader.finish(length)


class _Reader:
    """Reads the beats between two special marks at once, and the special marks one by one."""

    def __init__(self, marks: Marks, window: int, unreadable: NDArray[np.bool_]) -> None:
        label = aami_class(marks.symbol)
        label[marks.symbol == "!"] = NO_BEAT
        self.marks, self.label, self.unreadable = marks, label, unreadable
        self.window = window
        self.stream = AnnotatorBeats()
        self.last: int | None = None  # beat, or end of flutter
        self.broken = True  # no interval is measured to the next beat
        self.shutdown_since: int | None = None
        self.flutter_since: int | None = None

    def read(self, i: int) -> None:
        """Read a mark that begins or ends something."""
        sample, symbol = int(self.marks.sample[i]), self.marks.symbol[i]
        shutdown = bool(self.unreadable[i])
        if self.flutter_since is not None:
            if symbol == "]":
                self.stream.flutters.append((self.flutter_since, sample))
                self.flutter_since, self.last = None, sample
            return
        if self.shutdown_since is not None:
            self._end_shutdown(sample, resumed=symbol == "~" and not shutdown)
        if shutdown:
            self.shutdown_since = sample
        elif symbol == "[":
            self.flutter_since, self.broken = sample, True

    def _end_shutdown(self, sample: int, resumed: bool) -> None:
        """End shutdown at a ``~``, or else make it the time between the neighbours of its mark."""
        assert self.shutdown_since is not None
        if resumed:
            start, stop = self.shutdown_since, sample
        else:
            stop = sample - self.window
            start = min((self.last or 0) + self.window, stop)
        self.broken |= resumed or self.last is None or stop >= self.last
        self.stream.shutdowns.append((start, stop))
        self.stream.shutdown_lengths.append(stop - start)
        self.shutdown_since = None

    def add_beats(self, start: int, stop: int) -> None:
        """Add the beats among the marks from `start` up to, and without, `stop`."""
        label = self.label[start:stop]
        beats = label != ""
        if self.flutter_since is not None or not beats.any():
            return
        stream, sample = self.stream, self.marks.sample[start:stop][beats]
        first = None if self.broken or self.last is None else int(sample[0]) - self.last
        stream.sample += sample.tolist()
        stream.label += label[beats].tolist()
        stream.rr += [first, *np.diff(sample).tolist()]
        stream.n_shutdowns += [len(stream.shutdowns)] * len(sample)
        stream.n_flutters += [len(stream.flutters)] * len(sample)
        self.last, self.broken = int(sample[-1]), False

    def finish(self, length: int) -> AnnotatorBeats:
        """Close segments without an end; like bxb, ignore one that is not the first of its kind."""
        if self.shutdown_since is not None:
            self.stream.shutdown_lengths.append(length - self.shutdown_since)
            _end(self.stream.shutdowns, self.shutdown_since)
        if self.flutter_since is not None:
            _end(self.stream.flutters, self.flutter_since)
        return self.stream


def _end(segments: list[Segment], since: int) -> None:
    segments.append((since, since - 1) if segments else (since, NEVER))
