"""Summarise a subject's last hour before each beat: heart rate and template beat.

Ten minutes into a tachycardia the history of the last minutes holds nothing else, and its beats
would look normal. The slow history follows such a change only within an hour. It keeps one beat of
each slot (24 s) of the record's clock, so that it takes little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import floor

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.second_shape import Shapes, summarise_shapes
from ecg_anomaly.features.slot_beats import N_SLOTS, RENEWAL, SlotBeats, slot_length_s
from ecg_anomaly.features.span_beats import SpanBeats
from ecg_anomaly.features.span_summary import FEWEST_BEATS
from ecg_anomaly.features.two_histories import TwoHistories

#: Fewest slots of an hour, of 24 s each, whose beats make a second shape.
FEWEST_OF_SECOND = 6


@dataclass(frozen=True)
class SlowWindows:
    """The slots of an hour before each renewal, and which renewal each beat is compared with.

    Attributes
    ----------
    end : (n_windows,) int64
        Past-the-end number of the slots; a window holds `N_SLOTS`.
    of_beat : (n,) int
        Row of the window of each beat; -1 where it has too few slots, and the last minutes stand
        in for the last hour.
    """

    end: NDArray[np.int64]
    of_beat: NDArray[np.intp]

    @property
    def n(self) -> int:
        """Number of windows."""
        return len(self.end)

    def rows(self, slots: SlotBeats) -> Iterator[NDArray[np.intp]]:
        """Yield the rows of `slots` that are in each window."""
        for end in self.end:
            yield np.arange(*np.searchsorted(slots.slot, [end - N_SLOTS, end]))


def renewal_ends(time_s: NDArray[np.float64], features: FeaturesConfig) -> NDArray[np.int64]:
    """Past-the-end slot of the window that beats at these times are compared with, (n,) int64."""
    slot_s = slot_length_s(features.slow_history_s)
    if len(time_s) == 1:  # as nearly always in a stream, and faster
        return np.array([floor(float(time_s[0]) / slot_s) // RENEWAL * RENEWAL], np.int64)
    slot = np.floor(time_s / slot_s).astype(np.int64)
    return slot // RENEWAL * RENEWAL


def find_slow_windows(
    slots: SlotBeats, time_s: NDArray[np.float64], features: FeaturesConfig
) -> SlowWindows:
    """Find the slots that each beat is compared with.

    Parameters
    ----------
    slots : SlotBeats
        Of the last hour and more.
    time_s : (n,) float64
        R peaks in s.
    features : FeaturesConfig
        ``slow_history_s`` and ``history_s``.

    Returns
    -------
    SlowWindows
        Only windows that a beat is compared with, of slots that were over at the last renewal
        before it, and only those that reach back further than the last minutes do: until then
        these stand in for the last hour, as they hold more beats of the same time.
    """
    end, slot_s = renewal_ends(time_s, features), slot_length_s(features.slow_history_s)
    first, after = (np.searchsorted(slots.slot, slot) for slot in (end - N_SLOTS, end))
    oldest = np.append(slots.slot, 0)[first]
    longer = (end - oldest) * slot_s >= min(features.history_s, features.slow_history_s)
    known = (after - first >= FEWEST_BEATS) & longer
    ends, place = np.unique(end[known], return_inverse=True)
    of_beat = np.full(len(time_s), -1, np.intp)
    of_beat[known] = place
    return SlowWindows(ends, of_beat)


def summarise_slots(
    slots: SlotBeats, windows: SlowWindows, regular_rr: float, window: BeatWindow
) -> TwoHistories:
    """Summarise the slot beats of each window.

    Parameters
    ----------
    slots : SlotBeats
        m beats, one of each slot.
    windows : SlowWindows
        n_windows windows of them.
    regular_rr : float
        Beats of slots whose mean interval is shorter than this share of the mean over the window
        do not enter its template.
    window : BeatWindow
        Of the beats.

    Returns
    -------
    TwoHistories
        n_windows rows. Each lead is summarised from the beats in which it is present; where they
        are fewer than `FEWEST_BEATS`, ``known`` is False.
    """
    if slots.present.all():
        every = np.ones((windows.n, slots.present.shape[1]), bool)
        found = _summarise(slots, _choose(slots, windows, regular_rr), window)
        return TwoHistories.of_leads([found], every, window)
    leads, known = [], []
    for lead in range(slots.present.shape[1]):
        some = slots.select(slots.present[:, lead])
        some = replace(some, waveform=some.waveform[:, :, lead : lead + 1])
        chosen = _choose(some, windows, regular_rr)
        leads.append(_summarise(some, chosen, window))
        known.append(chosen[0].count >= FEWEST_BEATS)
    return TwoHistories.of_leads(leads, np.column_stack(known), window)


def _summarise(slots: SlotBeats, chosen: tuple[RowChoice, RowChoice], window: BeatWindow) -> Shapes:
    n = len(chosen[0].count)
    everywhere = np.zeros(n, np.intp), np.full(n, len(slots))
    spans = SpanBeats(slots.waveform, *chosen, slots.in_rhythm, *everywhere)
    return summarise_shapes(spans, FEWEST_OF_SECOND, window)


def _choose(
    slots: SlotBeats, windows: SlowWindows, regular_rr: float
) -> tuple[RowChoice, RowChoice]:
    """Choose all beats of each window, and those that enter the template."""
    every, on_time = (
        RowChoice(np.zeros((windows.n, N_SLOTS), np.intp), np.zeros(windows.n, np.intp))
        for _ in range(2)
    )
    for place, rows in enumerate(windows.rows(slots)):
        mean_s = slots.mean_s[rows]
        regular = rows[mean_s >= regular_rr * mean_s.mean()] if len(rows) else rows
        for choice, chosen in ((every, rows), (on_time, regular)):
            choice.index[place, : len(chosen)], choice.count[place] = chosen, len(chosen)
    return every, on_time
