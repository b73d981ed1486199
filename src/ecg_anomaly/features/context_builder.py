"""Find what each beat of a record is compared with, for all beats at once or some at a time.

The one way from beats to `BeatsInContext`: the pipeline gives all beats of a record at once,
scoring gives those of a chunk at a time. Pieces of any size give the same context.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_buffer import BeatBuffer, State, check_columns
from ecg_anomaly.features.beat_context import BeatsInContext, DetectedBeats
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.history_windows import HistoryClock, find_windows
from ecg_anomaly.features.interval_summary import IntervalSummary, summarise_intervals
from ecg_anomaly.features.kept_summaries import KeptSummaries
from ecg_anomaly.features.rhythm_context import (
    Intervals,
    NextPeak,
    RhythmContext,
    compare_rhythm,
    measure_intervals,
)
from ecg_anomaly.features.slow_history import (
    MOST_SLOTS,
    SLOT_KINDS,
    SlotBeats,
    choose_slot_beats,
    find_slow_windows,
    renewal_ends,
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
        self._buffer, self._since, self._start_s = BeatBuffer(), 0, 0.0
        self._slots: SlotBeats | None = None
        self._next_slot, self._slot_s = 0, slot_length_s(features.slow_history_s)
        self._kept = KeptSummaries()

    @classmethod
    def from_state(
        cls, features: FeaturesConfig, first_leads: Sequence[int], state: State
    ) -> "ContextBuilder":
        """Make the builder again whose `state` this is: it goes on as that one would, to the bit.

        Parameters
        ----------
        features, first_leads
            As of that builder.
        state : dict of str to array
            From `state`. Arrays become part of the builder.

        Raises
        ------
        ValueError
            When it is no state.
        """
        groups: dict[str, State] = {"beats": {}, "slots": {}, "numbers": {}}
        for key, array in state.items():
            group, _, name = key.partition("_")
            groups.setdefault(group, {})[name] = array
        self = cls(features, first_leads)
        if groups["beats"]:
            self._buffer = BeatBuffer(groups["beats"])
        if groups["slots"]:
            check_columns(groups["slots"], SLOT_KINDS)
            self._slots = SlotBeats(**groups["slots"])
        numbers = state.get("numbers", np.zeros(0))
        if numbers.shape != (3,) or not np.isfinite(numbers).all():
            raise ValueError("not the numbers of a builder")
        self._since, self._next_slot = int(numbers[0]), int(numbers[1])
        self._start_s = float(numbers[2])
        if not 0 <= self._since <= len(self._buffer):
            raise ValueError("more beats are complete than there are")
        return self

    def state(self) -> State:
        """Return all that is known, as arrays by name, from which `from_state` makes a builder.

        Of two leads it takes less than 1 MB; texts are of fixed length, and nothing is an object.
        """
        slots = vars(self._slots) if self._slots else {}
        return {
            "numbers": np.array([self._since, self._next_slot, self._start_s], np.float64),
            **{f"beats_{name}": values for name, values in self._buffer.state().items()},
            **{f"slots_{name}": values.copy() for name, values in slots.items()},
        }

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
        if not len(self._buffer) and len(found):
            self._start_s = float(found.time_s[0])
        self._buffer.append(found, after)
        until = len(self._buffer) - (not last and after is None)
        if until <= self._since:
            return None
        known, previous_s = self._buffer.beats, self._buffer.previous_s
        known_s = np.inf if last else max(known_s, known.time_s[-1])
        n = self._count_complete(known, until, known_s)
        minutes, n = self._summarise_minutes(known.time_s, previous_s, n, known_s)
        return self._complete(known, previous_s, minutes, after) if n else None

    def _complete(
        self,
        known: DetectedBeats,
        previous_s: NDArray[np.float64],
        minutes: IntervalSummary,
        after: NextPeak | None,
    ) -> BeatsWithPast:
        """Put together the next beats, one for each of the summaries of their last minutes."""
        since, until = self._since, self._since + len(minutes.mean_s)
        rhythm = compare_rhythm(previous_s, minutes, self._features.local_beats, since)
        slots = self._choose_slot_beats(known, previous_s, until)
        rhythm = self._with_hour(rhythm, slots, known.time_s[since:until])
        intervals, measured = _measure_around(known, since, until, after)
        filled = intervals.fill(rhythm.local_s)
        self._since = until
        self._forget(known.time_s)
        return BeatsWithPast(
            known, since, until, previous_s, self._clock, filled, rhythm, measured, slots,
            self._kept,
        )  # fmt: skip

    def _count_complete(
        self,
        known: DetectedBeats,
        until: int,
        known_s: float,
    ) -> int:
        """Count the next beats that are compared, on their leads, with none after `known_s`."""
        mine = slice(self._since, until)
        moved_s, late = self._clock.moved_s(known.time_s[mine]), np.zeros(until - self._since, bool)
        choice = np.where(known.unreadable[mine] == "", known.choice[mine], -1)
        for number in set(choice.tolist()) - {-1}:
            rows = np.flatnonzero(choice == number)
            if self._kept.find(("full", number), moved_s[rows]):
                continue
            lead = self._first_leads[number]
            good, there = known.trusted[:, lead], known.present[:, lead]
            windows = find_windows(known.time_s, self._clock, good, there, self._since + rows)
            late[rows] = windows.known_s > known_s
            if windows.full[-1]:
                self._kept.keep(("full", number), float(windows.moved_s[-1]), True)
        return int(np.argmax(late)) if late.any() else len(late)

    def _summarise_minutes(
        self,
        time_s: NDArray[np.float64],
        previous_s: NDArray[np.float64],
        n: int,
        known_s: float,
    ) -> tuple[IntervalSummary, int]:
        """Summarise the intervals before each of the next n beats, or those known at `known_s`."""
        mine, clock = slice(self._since, self._since + n), self._clock
        found = self._kept.find("intervals", clock.moved_s(time_s[mine]))
        if found is not None:
            return found.select(np.zeros(n, np.intp)), n
        # Those of beats that are no noise, on whichever lead.
        good, there = np.isfinite(previous_s), np.ones(len(time_s), bool)
        windows = find_windows(time_s, clock, good, there, mine)
        late = windows.known_s > known_s
        n = int(np.argmax(late)) if late.any() else n
        if not n:
            return IntervalSummary(*np.zeros((3, 0))), 0
        windows = windows.of_first(n)
        minutes = summarise_intervals(previous_s, windows)
        if windows.full[-1]:
            newest = minutes.select(np.array([-1]))
            self._kept.keep("intervals", float(windows.moved_s[-1]), newest)
        return minutes.select(windows.of_beat), n

    def _choose_slot_beats(
        self, known: DetectedBeats, previous_s: NDArray[np.float64], until: int
    ) -> SlotBeats:
        """Add the slots that are over, and return those of the last hour."""
        first = self._next_slot or int(known.time_s[0] // self._slot_s)
        self._next_slot = max(first, int(known.time_s[until - 1] // self._slot_s))
        if self._slots is not None and self._next_slot == first:
            return self._slots
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
        ends = renewal_ends(time_s, self._features)
        rates = self._kept.find("rates", ends)
        if rates is None:
            windows = find_slow_windows(slots, time_s, self._features)
            rates, rows = summarise_rates(slots, windows), windows.of_beat
            newest = slice(rows[-1], rows[-1] + 1) if rows[-1] >= 0 else slice(0)
            self._kept.keep("rates", int(ends[-1]), rates.select(newest))
        else:
            rows = np.full(len(time_s), len(rates.mean_s) - 1)
        if not len(rates.mean_s):
            return rhythm
        return rhythm.with_hour(rates.mean_s, rates.low, rates.high, rows)

    @property
    def _clock(self) -> HistoryClock:
        config = self._features
        return HistoryClock(config.history_s, config.history_update_s, self._start_s)

    def _forget(self, time_s: NDArray[np.float64]) -> None:
        """Drop the beats that no later one is compared with."""
        moved_s = float(self._clock.moved_s(time_s[self._since - 1]))
        edges_s = [moved_s - self._features.history_s, self._next_slot * self._slot_s]
        oldest, in_slot = np.searchsorted(time_s, edges_s).tolist()
        n = max(0, min(oldest, in_slot, self._since - self._features.local_beats - 2))
        self._buffer.drop(n)
        self._since -= n


def _measure_around(
    known: DetectedBeats, since: int, until: int, after: NextPeak | None
) -> tuple[Intervals, Intervals]:
    """Measure the intervals of the beats from `since` up to `until`, with and without gaps."""
    around, oldest = slice(max(0, since - 1), until + 1), max(0, since - 1)
    certain = is_certain(known.unreadable[around], known.quality[around])
    follows = after if until == len(known) else None
    after_s, lost_s = (follows.time_s, [follows.lost_s]) if follows else (None, [])
    found = measure_intervals(known.time_s[around], certain, after_s)
    measured = found.without_gaps(np.append(known.lost_s[around], lost_s))
    mine = slice(since - oldest, until - oldest)
    return found.select(mine), measured.select(mine)


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
