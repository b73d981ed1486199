"""Beats of one class in a row, found batch by batch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import NORMAL, UNREADABLE, BeatBatch

#: Beats further apart than this, in s, are not in a row: slower than 40 a minute.
LONGEST_RR_S = 1.5

#: Of the beats that make a tachycardia no interval is longer than the shortest one by this factor:
#: it is about even, while noise that is taken for beats comes at any time.
MOST_UNEVEN = 1.75


@dataclass(slots=True)
class ClassRun:
    """Beats of one class in a row.

    Attributes
    ----------
    number : int
        Their class, see `ecg_anomaly.findings.beat_batch`.
    start_s, end_s : float
        Of the first and the last beat.
    beats : int
        How many they are.
    sure, quality : float
        Sums of the probability of their class and of their quality.
    reason, lead : str
        Of the first.
    fast_s : float
        When so many of them in a row as the rule asks for were fast and even enough; NaN while they
        are not.
    last_s : (k,) float64
        Times of the last of them, as many as the rule asks for less one; none for normal beats.
    """

    number: int
    start_s: float
    end_s: float
    beats: int
    sure: float
    quality: float
    reason: str
    lead: str
    fast_s: float = float("nan")
    last_s: NDArray[np.float64] | None = None


class ClassRuns:
    """Cuts consecutive batches of beats into runs of one class; batches do not change them.

    A beat that cannot be read, signal that is lost, and an interval of more than `LONGEST_RR_S` end
    a run.

    Parameters
    ----------
    fast_beats : int
        Beats that a rule asks for.
    fast_bpm : float
        Their least rate a minute.
    """

    def __init__(self, fast_beats: int, fast_bpm: float) -> None:
        self._beats, self._within_s = fast_beats, (fast_beats - 1) * 60 / fast_bpm
        self._open: ClassRun | None = None

    def extend(self, beats: BeatBatch) -> list[ClassRun]:
        """Take the next beats and return the runs that are over."""
        if not len(beats):
            return []
        lost = ~(beats.rr_s <= LONGEST_RR_S) & (beats.number != UNREADABLE)
        begins = np.diff(beats.number, prepend=np.int8(-1)) != 0
        begins[0] = self._open is None or self._open.number != int(beats.number[0])
        begins |= lost
        goes_on = not begins[0]
        begins[0] = True
        first = np.flatnonzero(begins)
        parts = _cut(beats, first)
        stops = np.append(first[1:], len(beats)).tolist()
        closed: list[ClassRun] = []
        for part, start, stop in zip(parts, first.tolist(), stops, strict=True):
            if goes_on and start == 0 and self._open:
                part = _join(self._open, part)
            elif self._open:
                closed.append(self._open)
            if part.number:  # nobody asks how fast normal beats are, and most are
                self._follow_speed(part, beats.time_s[start:stop])
            self._open = part
        return closed

    @property
    def n_abnormal(self) -> int:
        """Beats of the run that is open, 0 where they are of no abnormal class."""
        if self._open is None or self._open.number in (NORMAL, UNREADABLE):
            return 0
        return self._open.beats

    def finish(self) -> list[ClassRun]:
        """Return the run that is open: the recording ends, or the run is over."""
        last, self._open = self._open, None
        return [last] if last else []

    def _follow_speed(self, run: ClassRun, new_s: NDArray[np.float64]) -> None:
        n = self._beats - 1
        times = new_s if run.last_s is None else np.concatenate([run.last_s, new_s])
        run.last_s = times[-n:]
        if len(times) > n and run.fast_s != run.fast_s:
            fast = times[n:] - times[:-n] <= self._within_s
            rr_s = np.lib.stride_tricks.sliding_window_view(np.diff(times), n)
            fast &= rr_s.max(axis=1) <= MOST_UNEVEN * rr_s.min(axis=1)
            if fast.any():
                run.fast_s = float(times[n + int(fast.argmax())])


def _cut(beats: BeatBatch, first: NDArray[np.intp]) -> list[ClassRun]:
    """Make a run of the beats from each first one up to the next."""
    last = np.append(first[1:], len(beats)) - 1
    columns = (
        beats.number[first],
        beats.time_s[first],
        beats.time_s[last],
        last - first + 1,
        np.add.reduceat(beats.probability, first),
        np.add.reduceat(beats.quality.astype(np.float64), first),
        beats.reason[first],
        beats.lead[first],
    )
    return [ClassRun(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]


def _join(run: ClassRun, more: ClassRun) -> ClassRun:
    run.end_s, run.beats = more.end_s, run.beats + more.beats
    run.sure, run.quality = run.sure + more.sure, run.quality + more.quality
    return run
