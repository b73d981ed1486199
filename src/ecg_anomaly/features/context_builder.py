"""Find what each beat of a record is compared with, for all beats at once or some at a time.

The one way from beats to `BeatsInContext`: the pipeline gives all beats of a record at once,
scoring gives those of a chunk at a time. Pieces of any size give the same context.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import BeatsInContext, DetectedBeats
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.history_windows import HistoryClock, HistoryWindows, find_windows
from ecg_anomaly.features.rhythm_context import (
    Intervals,
    NextPeak,
    RhythmContext,
    compare_rhythm,
    measure_intervals,
)
from ecg_anomaly.features.slow_history import (
    MOST_SLOTS,
    SlotBeats,
    choose_slot_beats,
    find_slow_windows,
    slot_length_s,
    summarise_rates,
)


class ContextBuilder:
    """Takes the beats of a record in order and returns those whose context is complete.

    The context of a beat is complete when the next beat is known. The first beats of a record, and
    those on a lead that comes on, wait until ten are known that others may be compared with, but no
    longer than `ecg_anomaly.features.history_windows.LONGEST_WAIT_S`. Only the beats of the last
    ``history_s`` are kept, and some of the last hour, so memory does not grow.

    Parameters
    ----------
    features : FeaturesConfig
        Look-back lengths.
    first_leads : sequence of int
        The first lead of each of the choices that beats are read on: its column in their windows.
    """

    def __init__(self, features: FeaturesConfig, first_leads: Sequence[int] = (0,)) -> None:
        self._features, self._first_leads = features, first_leads
        self._beats: DetectedBeats | None = None
        self._since = 0
        self._start_s, self._interval_s = 0.0, 0.0
        self._slots: SlotBeats | None = None
        self._next_slot, self._slot_s = 0, slot_length_s(features.slow_history_s)

    def extend(
        self,
        found: DetectedBeats,
        last: bool,
        known_s: float = -np.inf,
        after: NextPeak | None = None,
    ) -> BeatsWithPast | None:
        """Take the next beats of the record.

        Parameters
        ----------
        found : DetectedBeats
            May be none.
        last : bool
            True when the record ends after them.
        known_s : float, optional
            Time in s before which no beat will come any more; by default that of the last beat.
        after : NextPeak, optional
            The R peak after them, if it is known already: the last of them need not wait for it to
            become a beat.

        Returns
        -------
        BeatsWithPast or None
            Those whose context is complete now; None when there is none.
        """
        if self._beats is None:
            self._start_s = float(found.time_s[0]) if len(found) else 0.0
        known = self._beats.followed_by(found) if self._beats else found
        self._beats = known if len(known) else None
        since, until = self._since, len(known) - (not last and after is None)
        if until <= since:
            return None
        intervals = self._measure_intervals(known, after)
        if not last:
            known_s = max(known_s, known.time_s[-1])
            until = since + self._count_complete(known, intervals, until, known_s)
        if until <= since:
            return None
        lost_s = np.append(known.lost_s, [] if after is None else after.lost_s)
        measured = intervals.without_gaps(lost_s).select(slice(since, until))
        windows = self._find_rhythm_windows(known, intervals, until)
        rhythm = compare_rhythm(intervals, windows, self._features.local_beats, since)
        slots = self._choose_slot_beats(known, intervals.previous_s, until)
        rhythm = self._with_hour(rhythm, slots, known.time_s[since:until])
        filled = intervals.select(slice(since, until)).fill(rhythm.local_s)
        self._since = until
        self._forget(intervals)
        previous_s = intervals.previous_s
        return BeatsWithPast(
            known, since, until, previous_s, self._clock, filled, rhythm, measured, slots
        )

    def _choose_slot_beats(
        self, known: DetectedBeats, previous_s: NDArray[np.float64], until: int
    ) -> SlotBeats:
        """Add the slots that are over, and return those of the last hour."""
        first = self._next_slot or int(known.time_s[0] // self._slot_s)
        self._next_slot = max(first, int(known.time_s[until - 1] // self._slot_s))
        new = choose_slot_beats(
            known, previous_s, self._features, first, self._next_slot, self._first_leads[0]
        )
        slots = self._slots.followed_by(new) if self._slots else new
        self._slots = slots.select(slice(-MOST_SLOTS, None))
        return slots

    def _with_hour(
        self, rhythm: RhythmContext, slots: SlotBeats, time_s: NDArray[np.float64]
    ) -> RhythmContext:
        """Put the rates of the last hour in the place of those of the last minutes where known."""
        windows = find_slow_windows(slots, time_s, self._features)
        rates, rows = summarise_rates(slots, windows), windows.of_beat
        if not windows.n:
            return rhythm

        def choose(minutes: NDArray[np.float64], hour: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.where(rows >= 0, hour[rows], minutes)

        return replace(
            rhythm,
            hour_mean_s=choose(rhythm.mean_s, rates.mean_s),
            hour_low=choose(rhythm.low, rates.low),
            hour_high=choose(rhythm.high, rates.high),
        )

    def _count_complete(
        self, known: DetectedBeats, intervals: Intervals, until: int, known_s: float
    ) -> int:
        """Count the first beats that are compared with none after `known_s`."""
        mine = slice(self._since, until)
        late = self._find_rhythm_windows(known, intervals, until).known_s > known_s
        choice = np.where(known.unreadable[mine] == "", known.choice[mine], -1)
        for number in np.unique(choice[choice >= 0]):
            lead, rows = self._first_leads[number], np.flatnonzero(choice == number)
            good, there = known.trusted[:, lead], known.present[:, lead]
            windows = find_windows(known.time_s, self._clock, good, there, self._since + rows)
            late[rows] |= windows.known_s > known_s
        return int(np.append(np.flatnonzero(late), len(late))[0])

    @property
    def _clock(self) -> HistoryClock:
        config = self._features
        return HistoryClock(config.history_s, config.history_update_s, self._start_s)

    def _find_rhythm_windows(
        self, known: DetectedBeats, intervals: Intervals, until: int
    ) -> HistoryWindows:
        """Find the windows of intervals: those of beats that are no noise, on whichever lead."""
        good, there = np.isfinite(intervals.previous_s), np.ones(len(known), bool)
        return find_windows(known.time_s, self._clock, good, there, slice(self._since, until))

    def _measure_intervals(self, known: DetectedBeats, after: NextPeak | None) -> Intervals:
        certain = is_certain(known.unreadable, known.quality)
        intervals = measure_intervals(
            known.time_s, certain, None if after is None else after.time_s
        )
        if self._interval_s:  # the first one given is not the first of the record
            intervals.previous_s[0] = self._interval_s
        return intervals

    def _forget(self, intervals: Intervals) -> None:
        """Drop the beats that no later one is compared with."""
        assert self._beats is not None
        time_s, step_s = self._beats.time_s, self._features.history_update_s
        moved_s = np.floor(time_s[self._since - 1] / step_s) * step_s
        oldest = int(np.searchsorted(time_s, moved_s - self._features.history_s))
        in_slot = int(np.searchsorted(time_s, self._next_slot * self._slot_s))
        n = max(0, min(oldest, in_slot, self._since - self._features.local_beats - 2))
        if n:
            self._interval_s = float(intervals.previous_s[n])
            self._beats, self._since = self._beats.select(slice(n, None)), self._since - n


def put_in_context(beats: BeatSet, features: FeaturesConfig, window: BeatWindow) -> BeatsInContext:
    """Compare all beats of one record with the record's own past.

    Parameters
    ----------
    beats : BeatSet
        Every beat of a continuous record, at least one; unreadable ones too.
    features : FeaturesConfig
        Look-back lengths.
    window : BeatWindow
    """
    found = ContextBuilder(features).extend(DetectedBeats.from_beat_set(beats), last=True)
    if found is None:
        raise ValueError("a record without beats has no context")
    return found.put_in_context(features, window)
