"""Beats of a record that come some at a time, put in context as if all had come at once."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.config.pipeline_schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.describe import BeatsInContext
from ecg_anomaly.features.history import look_back
from ecg_anomaly.features.intervals import RR_LIMITS_S, Intervals, measure_intervals
from ecg_anomaly.features.rhythm_context import EarlierRhythm, RhythmContext, compare_rhythm


@dataclass(frozen=True)
class FoundBeats:
    """Beats before anything is compared.

    Attributes
    ----------
    sample : (n,) int64
        R peaks in samples of the recording, ascending.
    time_s : (n,) float64
        The same in s.
    waveform : (n, window, n_leads) float32
        In mV.
    unreadable : (n,) str
        Why a window cannot be read; ``""`` when it can and may enter the history.
    lost_s : (n,) float64
        Seconds of the recording before each beat that are missing in every lead.
    """

    sample: NDArray[np.int64]
    time_s: NDArray[np.float64]
    waveform: NDArray[np.float32]
    unreadable: NDArray[np.str_]
    lost_s: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.time_s)

    def select(self, rows: slice) -> "FoundBeats":
        """Return some of the beats."""
        return FoundBeats(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def followed_by(self, other: "FoundBeats") -> "FoundBeats":
        """Join with later beats."""
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return FoundBeats(**{name: np.concatenate(pair) for name, pair in pairs.items()})


@dataclass(frozen=True)
class ReadyBeats:
    """Beats that have all they are compared with: no later one changes anything.

    Attributes
    ----------
    known : FoundBeats
        Those that are looked back at, then the ready ones.
    since : int
        How many are only looked back at.
    premature : (n,) bool
        Of all that are known.
    intervals, rhythm : dataclasses
        Of the ready ones.
    measured : Intervals
        Of the ready ones, NaN where so much signal is missing that a beat may be lost in it, and
        where noise makes it unknown.
    start_s : float
        First R peak of the record in s.
    """

    known: FoundBeats
    since: int
    premature: NDArray[np.bool_]
    intervals: Intervals
    rhythm: RhythmContext
    measured: Intervals
    start_s: float

    @property
    def beats(self) -> FoundBeats:
        """The ready ones."""
        return self.known.select(slice(self.since, None))

    @property
    def rr_s(self) -> NDArray[np.float64]:
        """Intervals from the beat before as they are, (n,) float64, in s.

        NaN for the record's first, where a beat may be lost in missing signal, and in noise.
        """
        before = self.known.time_s[self.since - 1 : self.since] if self.since else [np.nan]
        rr_s = np.diff(self.known.time_s[self.since :], prepend=before)
        return np.where(np.isnan(self.measured.previous_s), np.nan, rr_s)

    def put_in_context(
        self, features: FeaturesConfig, preprocess: PreprocessConfig
    ) -> BeatsInContext:
        """Compare the ready beats with the record's past; this takes most of the time."""
        known = self.known
        history = look_back(
            known.waveform,
            known.unreadable == "",
            self.premature,
            known.time_s,
            features,
            preprocess,
            self.start_s,
            self.since,
        )
        waveform = history.divide(known.waveform[self.since :])
        return BeatsInContext(waveform, self.intervals, self.rhythm, history)


class RunningContext:
    """Follows a record and says which beats are ready to be put in context.

    A beat is ready when the next one is known, and in the learning period when that is over. What
    is kept of earlier beats are those of the last ``history_s``, so memory does not grow.

    Parameters
    ----------
    features : FeaturesConfig
        Look-back lengths.
    """

    def __init__(self, features: FeaturesConfig) -> None:
        self._features = features
        self._beats: FoundBeats | None = None
        self._mean_s = np.zeros(0)
        self._start_s, self._total_s, self._interval_s = 0.0, 0.0, 0.0

    def extend(self, found: FoundBeats, last: bool) -> ReadyBeats | None:
        """Take the next beats of the record.

        Parameters
        ----------
        found : FoundBeats
            May be none.
        last : bool
            True when the record ends after them.

        Returns
        -------
        ReadyBeats or None
            None when no beat became ready.
        """
        if self._beats is None:
            self._start_s = float(found.time_s[0]) if len(found) else 0.0
        known = self._beats.followed_by(found) if self._beats else found
        self._beats = known if len(known) else None
        n_ready, since = self._count_ready(known, last), len(self._mean_s)
        if n_ready <= since:
            return None
        every = self._measure_intervals(known)
        intervals = every.select(np.arange(n_ready))
        beats = known.select(slice(n_ready))
        earlier = EarlierRhythm(self._start_s, self._total_s, self._mean_s)
        rhythm = compare_rhythm(beats.time_s, intervals, self._features, earlier)
        self._mean_s = np.concatenate([self._mean_s, rhythm.mean_s])
        premature = intervals.previous_s < self._features.regular_rr * self._mean_s
        new = intervals.select(np.arange(since, n_ready)).fill(rhythm.local_s)
        measured = _without_gaps(every, known.lost_s).select(np.arange(since, n_ready))
        ready = ReadyBeats(beats, since, premature, new, rhythm, measured, self._start_s)
        self._forget(intervals)
        return ready

    def _count_ready(self, known: FoundBeats, last: bool) -> int:
        if last or not len(known):
            return len(known)
        learnt = known.time_s[-1] >= self._start_s + self._features.history_s
        return len(known) - 1 if learnt else 0

    def _measure_intervals(self, known: FoundBeats) -> Intervals:
        intervals = measure_intervals(known.time_s, is_certain(known.unreadable))
        if self._interval_s:  # the first one given is not the first of the record
            intervals.previous_s[0] = self._interval_s
        return intervals

    def _forget(self, intervals: Intervals) -> None:
        """Drop the beats that no later one is compared with, a multiple of the update step."""
        assert self._beats is not None
        step, n_ready = self._features.history_update_beats, len(self._mean_s)
        time_s = self._beats.time_s
        looked_from = time_s[(n_ready - 1) // step * step]
        if looked_from < self._start_s + self._features.history_s:
            return  # the learning period is looked back at as a whole
        oldest = int(np.searchsorted(time_s, looked_from - self._features.history_s))
        n = max(0, min(oldest, n_ready - self._features.local_beats - 2)) // step * step
        if not n:
            return
        # Added up one by one, as for the whole record: the same number to the last bit.
        total = np.cumsum(np.append(self._total_s, np.nan_to_num(intervals.previous_s[:n])))
        self._total_s, self._interval_s = float(total[-1]), float(intervals.previous_s[n])
        self._beats, self._mean_s = self._beats.select(slice(n, None)), self._mean_s[n:]


def _without_gaps(intervals: Intervals, lost_s: NDArray[np.float64]) -> Intervals:
    """Intervals with NaN where a heart period fits into what is missing between two beats."""
    gap = np.diff(lost_s) >= RR_LIMITS_S[0]
    return Intervals(
        np.where(np.append(False, gap), np.nan, intervals.previous_s),
        np.where(np.append(gap, False), np.nan, intervals.next_s),
    )
