"""Beats whose context is complete, with the past that they are compared with."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.interval_summary import IntervalSummary
from ecg_anomaly.features.rhythm_context import Intervals
from ecg_anomaly.features.slot_beats import SlotBeats
from ecg_anomaly.features.slow_rates import SlowRates
from ecg_anomaly.features.summary_cache import SummaryCache


class BeatsWithPast(NamedTuple):
    """Beats whose context is complete, with the other beats that they are compared with.

    Attributes
    ----------
    known : DetectedBeats
        Earlier beats that these are compared with, the beats themselves, and later beats, which
        only the first ones of a record or on a lead are compared with.
    since, until : int
        Rows of the beats themselves: from `since` up to, and without, `until`.
    previous_s : (n,) float64
        RR interval before each of all that are known, in s; NaN where unknown.
    clock : HistoryClock
        Which of the known beats each of the beats themselves is compared with.
    moved_s : (until - since,) float64
        When the window of minutes of each of the beats themselves moved, in s.
    minutes : IntervalSummary
        Intervals of the last minutes before each of the beats themselves.
    renewed : (until - since,) int64
        Which hour each of the beats themselves is compared with, see `renewal_ends`.
    rates : SlowRates
        Of the last hour before some of them.
    of_hour : (until - since,) int
        Row of `rates` of each of the beats themselves; -1 where its hour is not known.
    intervals, measured : Intervals
        Of the beats themselves; `measured` is NaN where so much signal is missing that a beat may
        be lost in it, too.
    slots : SlotBeats
        Beats of the last hour.
    cache : SummaryCache
        Summaries of windows, for later beats with the same ones.
    """

    known: DetectedBeats
    since: int
    until: int
    previous_s: NDArray[np.float64]
    clock: HistoryClock
    moved_s: NDArray[np.float64]
    minutes: IntervalSummary
    renewed: NDArray[np.int64]
    rates: SlowRates
    of_hour: NDArray[np.intp]
    intervals: Intervals
    measured: Intervals
    slots: SlotBeats
    cache: SummaryCache

    @property
    def beats(self) -> DetectedBeats:
        """The beats themselves."""
        return self.known.select(slice(self.since, self.until))


def measure_rr(every: Sequence[BeatsWithPast], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure the intervals from the beat before as they are, not clipped.

    Parameters
    ----------
    every : sequence of BeatsWithPast
        At least one, each of another record.
    time_s : (n,) float64
        R peaks of the beats themselves in s, of one record after the other.

    Returns
    -------
    (n,) float64
        In s; NaN for a record's first, where a beat may be lost in missing signal, and in noise.
    """
    before = [ready.known.time_s[max(0, ready.since - 1) : ready.until - 1] for ready in every]
    for place, ready in enumerate(every):
        if not ready.since:
            before[place] = np.append(np.nan, before[place])
    rr_s = time_s - np.concatenate(before)
    rr_s[np.isnan(np.concatenate([ready.measured.previous_s for ready in every]))] = np.nan
    return rr_s
