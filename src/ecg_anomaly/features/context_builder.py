"""Collect for each beat of a record the past that it is compared with, as the beats come.

The one way from beats to `BeatsInContext`: the pipeline gives all beats of a record at once,
scoring gives those of a chunk at a time. Pieces of any size give the same context.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_buffer import BeatBuffer, State
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.interval_summary import IntervalSummary
from ecg_anomaly.features.minutes_before import MinutesBefore
from ecg_anomaly.features.recent_intervals import N_INTERVALS
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S, Intervals, NextPeak
from ecg_anomaly.features.slot_buffer import SlotBuffer
from ecg_anomaly.features.slow_history import renewal_ends
from ecg_anomaly.features.slow_rates import find_rates
from ecg_anomaly.features.summary_cache import SummaryCache

#: Beats that no later one is compared with are dropped when they are as many.
DROPPED_TOGETHER = 8


class ContextBuilder:
    """Takes the beats of a record in order and returns those whose context is complete.

    The context of a beat is complete when the next beat is known. The first beats of a record, and
    those on a lead that starts to give a signal, wait until ten trusted beats are known, but no
    longer than `ecg_anomaly.features.history_clock.LONGEST_WAIT_S`. Only the beats of the last
    ``history_s`` are kept, and some of the last hour, so memory does not grow.

    Parameters
    ----------
    features : FeaturesConfig
        Look-back lengths.
    first_leads : sequence of int
        The first lead of each of the choices that beats are read on: its column in their windows.

    Attributes
    ----------
    cache : SummaryCache
        Summaries of the current windows, which can be computed again from the beats.
    """

    def __init__(self, features: FeaturesConfig, first_leads: Sequence[int] = (0,)) -> None:
        self._features, self._first_leads = features, first_leads
        self._buffer, self._since = BeatBuffer(), 0
        self._slots, self.cache = SlotBuffer(features, first_leads[0]), SummaryCache()
        self._minutes = self._begin(0.0)

    def _begin(self, start_s: float) -> MinutesBefore:
        """Return the windows of minutes of a record whose first R peak is at a time in s."""
        config = self._features
        clock = HistoryClock(config.history_s, config.history_update_s, start_s)
        return MinutesBefore(clock, self._first_leads, self.cache)

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
        groups: dict[str, State] = {"beats": {}, "slots": {}}
        for key, array in state.items():
            group, _, name = key.partition("_")
            groups.setdefault(group, {})[name] = array
        self, numbers = cls(features, first_leads), state.get("numbers", np.zeros(0))
        self._buffer = BeatBuffer(groups["beats"])
        self._slots.restore(groups["slots"])
        if numbers.shape != (2,) or not np.isfinite(numbers).all():
            raise ValueError("not the numbers of a builder")
        self._since, self._minutes = int(numbers[0]), self._begin(float(numbers[1]))
        if not 0 <= self._since <= len(self._buffer):
            raise ValueError("more beats are complete than there are")
        return self

    def state(self) -> State:
        """Return all that is known, as arrays by name, from which `from_state` makes a builder.

        Of two leads it takes less than 1 MB; texts are of fixed length, and nothing is an object.
        """
        return {
            "numbers": np.array([self._since, self._minutes.clock.start_s]),
            **{f"beats_{name}": values for name, values in self._buffer.state().items()},
            **{f"slots_{name}": values for name, values in self._slots.state().items()},
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
            self._minutes = self._begin(float(found.time_s[0]))
        self._buffer.append(found, after)
        until = len(self._buffer) - (not last and after is None)
        if until <= self._since:
            return None
        known, previous_s = self._buffer.beats, self._buffer.previous_s
        known_s, before = np.inf if last else max(known_s, float(known.time_s[-1])), self._minutes
        moved_s = before.clock.moved_s(known.time_s[self._since : until])
        n = before.count_known(known, self._since, moved_s, known_s)
        minutes = before.summarise(known.time_s, previous_s, self._since, moved_s[:n], known_s)
        moved_s = moved_s[: len(minutes.mean_s)]
        return self._complete(known, previous_s, minutes, moved_s, after) if len(moved_s) else None

    def _complete(
        self,
        known: DetectedBeats,
        previous_s: NDArray[np.float64],
        minutes: IntervalSummary,
        moved_s: NDArray[np.float64],
        after: NextPeak | None,
    ) -> BeatsWithPast:
        """Put together the next beats, one for each of the summaries of their last minutes."""
        since, until = self._since, self._since + len(moved_s)
        slots = self._slots.add(known, previous_s, float(known.time_s[until - 1]))
        time_s = known.time_s[since:until]
        renewed = renewal_ends(time_s, self._features)
        rates, rows = find_rates(slots, time_s, renewed, self._features, self.cache)
        intervals = self._buffer.intervals(since, until, after)
        measured = _without_gaps(intervals, known, since, until, after)
        self._since = until
        self._forget(known.time_s, float(moved_s[-1]))
        return BeatsWithPast(
            known, since, until, previous_s, self._minutes.clock, moved_s, minutes, renewed, rates,
            rows, intervals, measured, slots, self.cache,
        )  # fmt: skip

    def _forget(self, time_s: NDArray[np.float64], moved_s: float) -> None:
        """Drop the beats that no later one is compared with, some at a time."""
        most = self._since - max(self._features.local_beats, N_INTERVALS) - 2
        edges_s = moved_s - self._features.history_s, self._slots.end_s
        if most < DROPPED_TOGETHER or time_s[DROPPED_TOGETHER - 1] >= min(edges_s):
            return
        oldest, in_slot = time_s.searchsorted(edges_s).tolist()
        n = max(0, min(oldest, in_slot - 1, most))
        self._buffer.drop(n)
        self._since -= n


def _without_gaps(
    intervals: Intervals, known: DetectedBeats, since: int, until: int, after: NextPeak | None
) -> Intervals:
    """Mark as unknown the intervals of some beats in which a beat may be lost."""
    # Seconds missing before the beat before them, them, and the R peak after them.
    lost_s = known.lost_s[max(0, since - 1) : until + 1]
    followed = until == len(known) and after is not None
    last_s = after.lost_s if followed and after else lost_s[-1]
    if last_s - lost_s[0] < RR_LIMITS_S[0]:  # as nearly always; it never falls
        return intervals
    lost_s = np.append(lost_s, last_s) if followed else lost_s
    return intervals.without_gaps(lost_s, min(since, 1))
