"""Find what each beat of a record is compared with, for all beats at once or some at a time.

The one way from beats to `BeatsInContext`: the pipeline gives all beats of a record at once,
scoring gives those of a chunk at a time. Pieces of any size give the same context.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.beats.window_alignment import align_windows
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import (
    BeatsInContext,
    DetectedBeats,
    History,
    take_leads,
    take_marks,
)
from ecg_anomaly.features.history_windows import (
    HistoryWindows,
    find_windows,
    learning_end_s,
)
from ecg_anomaly.features.look_back import PastBeats, leave_out, look_back
from ecg_anomaly.features.rhythm_context import (
    Intervals,
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
    summarise_slots,
)


@dataclass(frozen=True)
class BeatsWithPast:
    """Beats whose context is complete, with the other beats that they are compared with.

    Attributes
    ----------
    known : DetectedBeats
        Earlier beats that these are compared with, the beats themselves, and later beats, which
        only those on a new lead are compared with.
    since, until : int
        Rows of the beats themselves: from `since` up to, and without, `until`.
    previous_s : (n,) float64
        RR interval before each of all that are known, in s; NaN where unknown.
    windows : HistoryWindows
        Which of the known beats each of the beats themselves is compared with.
    mean_s : (n_windows,) float64
        Mean RR interval of each window in s.
    intervals, rhythm : dataclasses
        Of the beats themselves.
    measured : Intervals
        Of the beats themselves, NaN where so much signal is missing that a beat may be lost in
        it, and where noise makes it unknown.
    slots : SlotBeats
        Beats of the last hour.
    learnt_s : float
        End of the learning period in s.
    """

    known: DetectedBeats
    since: int
    until: int
    previous_s: NDArray[np.float64]
    windows: HistoryWindows
    mean_s: NDArray[np.float64]
    intervals: Intervals
    rhythm: RhythmContext
    measured: Intervals
    slots: SlotBeats
    learnt_s: float

    @property
    def beats(self) -> DetectedBeats:
        """The beats themselves."""
        return self.known.select(slice(self.since, self.until))

    @property
    def rr_s(self) -> NDArray[np.float64]:
        """Intervals from the beat before as they are, (n,) float64, in s.

        NaN for the record's first, where a beat may be lost in missing signal, and in noise.
        """
        before = self.known.time_s[self.since - 1 : self.since] if self.since else [np.nan]
        rr_s = np.diff(self.known.time_s[self.since : self.until], prepend=before)
        return np.where(np.isnan(self.measured.previous_s), np.nan, rr_s)

    def put_in_context(
        self,
        features: FeaturesConfig,
        window: BeatWindow,
        columns: Sequence[int] | None = None,
        rows: NDArray[np.intp] | None = None,
        align: bool = False,
    ) -> BeatsInContext:
        """Compare the beats with the others; this is the slow part, and needs no order.

        Parameters
        ----------
        features : FeaturesConfig
            ``regular_rr`` and ``history_beats``.
        window : BeatWindow
        columns : sequence of int, optional
            Leads of the windows to compare, -1 for one that is lacking; all by default. The first
            one says which other beats are compared with.
        rows : (m,) int, optional
            Some of the beats; all by default.
        align : bool
            Whether windows are moved to the R peaks of the first lead, see `align_windows`.
        """
        known, n_beats = self.known, self.until - self.since
        columns = range(known.waveform.shape[2]) if columns is None else columns
        rows = np.arange(n_beats) if rows is None else rows
        windows, mean_s, intervals, rhythm = self.windows, self.mean_s, self.intervals, self.rhythm
        if len(rows) < n_beats:
            used, of_beat = np.unique(windows.of_beat[rows], return_inverse=True)
            windows, mean_s = windows.take(used, of_beat), mean_s[used]
            intervals, rhythm = intervals.select(rows), rhythm.select(rows)
        trusted = known.trusted[:, columns[0]]
        waveform, present = take_leads(known.waveform, columns), take_marks(known.present, columns)
        waveform = align_windows(waveform, window) if align else waveform
        past = PastBeats(known.time_s, waveform, present, trusted, self.previous_s)
        history, there = look_back(
            past, features.regular_rr * mean_s, windows.lengthen(known.time_s, trusted),
            features.history_beats, window,
        )  # fmt: skip
        mine = history.divide(waveform[self.since + rows])
        there[:, 1:] &= present[self.since + rows, 1:]
        there[:, 0] = True
        mine, history = leave_out(mine, history, there, window)
        hour = self._look_back_slowly(history, rows, columns, features, window, align)
        _, hour = leave_out(mine, hour, there, window)
        return BeatsInContext(mine, intervals, rhythm, history, hour)

    def _look_back_slowly(
        self,
        minutes: History,
        rows: NDArray[np.intp],
        columns: Sequence[int],
        features: FeaturesConfig,
        window: BeatWindow,
        align: bool,
    ) -> History:
        """Summarise the last hour before some beats; the last minutes where it is not known."""
        slots = self.slots.take_leads(columns)
        if align:
            slots = replace(slots, waveform=align_windows(slots.waveform, window))
        windows = find_slow_windows(slots, self.beats.time_s[rows], self.learnt_s, features)
        if not windows.n:
            return minutes
        slow, known = summarise_slots(slots, windows, features.regular_rr, window)
        return minutes.replaced_by(slow, known, windows.of_beat)


class ContextBuilder:
    """Takes the beats of a record in order and returns those whose context is complete.

    The context of a beat is complete when the next beat is known; for the beats of the learning
    period, the first ``history_s`` of a record, when that period is over; and on a lead that has
    only come on, when that is learnt (`ecg_anomaly.features.history_windows.AHEAD_S`). Only the
    beats of the last ``history_s`` are kept, and some of the last hour, so memory does not grow.

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

    def extend(self, found: DetectedBeats, last: bool) -> BeatsWithPast | None:
        """Take the next beats of the record.

        Parameters
        ----------
        found : DetectedBeats
            May be none.
        last : bool
            True when the record ends after them.

        Returns
        -------
        BeatsWithPast or None
            Those whose context is complete now; None when there is none.
        """
        if self._beats is None:
            self._start_s = float(found.time_s[0]) if len(found) else 0.0
        known = self._beats.followed_by(found) if self._beats else found
        self._beats = known if len(known) else None
        since, until = self._since, self._count_ready(known, last)
        if until <= since:
            return None
        intervals, windows = self._measure_intervals(known), self._find_windows(known, since)
        until = since + self._count_learnt(known, windows, until - since, last)
        if until <= since:
            return None
        windows = windows.take(*np.unique(windows.of_beat[: until - since], return_inverse=True))
        measured = intervals.without_gaps(known.lost_s).select(slice(since, until))
        past = intervals.select(slice(until))
        rhythm, mean_s = compare_rhythm(past, windows, self._features.local_beats, since)
        slots = self._choose_slot_beats(known, intervals.previous_s, until)
        rhythm = self._with_hour(rhythm, slots, known.time_s[since:until])
        filled = past.select(slice(since, None)).fill(rhythm.local_s)
        self._since = until
        self._forget(intervals)
        previous_s = intervals.previous_s
        return BeatsWithPast(
            known, since, until, previous_s, windows, mean_s, filled, rhythm, measured, slots,
            self._learnt_s,
        )  # fmt: skip

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
        windows = find_slow_windows(slots, time_s, self._learnt_s, self._features)
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

    def _count_ready(self, known: DetectedBeats, last: bool) -> int:
        if last or not len(known):
            return len(known)
        return len(known) - 1 if known.time_s[-1] >= self._learnt_s else 0

    def _count_learnt(
        self, known: DetectedBeats, windows: HistoryWindows, n: int, last: bool
    ) -> int:
        """Count the first of n beats whose windows, made longer where need be, are known."""
        if last:
            return n
        mine = slice(self._since, self._since + n)
        choice = np.where(known.unreadable[mine] == "", known.choice[mine], -1)
        late = np.zeros(n, bool)
        for number in np.unique(choice[choice >= 0]):
            trusted = known.trusted[:, self._first_leads[number]]
            until_s = windows.lengthen(known.time_s, trusted).until_s[windows.of_beat[:n]]
            late |= (choice == number) & (until_s > known.time_s[-1])
        return int(np.append(np.flatnonzero(late), n)[0])

    @property
    def _learnt_s(self) -> float:
        config = self._features
        return learning_end_s(self._start_s, config.history_s, config.history_update_s)

    def _measure_intervals(self, known: DetectedBeats) -> Intervals:
        intervals = measure_intervals(known.time_s, is_certain(known.unreadable, known.quality))
        if self._interval_s:  # the first one given is not the first of the record
            intervals.previous_s[0] = self._interval_s
        return intervals

    def _find_windows(self, known: DetectedBeats, since: int) -> HistoryWindows:
        span_s, step_s = self._features.history_s, self._features.history_update_s
        return find_windows(known.time_s, span_s, step_s, self._start_s, since)

    def _forget(self, intervals: Intervals) -> None:
        """Drop the beats that no later one is compared with."""
        assert self._beats is not None
        time_s, step_s = self._beats.time_s, self._features.history_update_s
        moved_s = np.floor(time_s[self._since - 1] / step_s) * step_s
        if moved_s < self._learnt_s:
            return  # the learning period is kept whole until it is over
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
