"""What is usual for a subject over the last hour: rate and template beat.

The history of the last minutes follows a change that lasts: ten minutes into a tachycardia it is
what the beats are compared with. The slow history beside it does not, for most of an hour. It
keeps one beat of each slot of the record's clock, so that it takes little memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.kept_summaries import KeptSummaries
from ecg_anomaly.features.row_choice import Choice
from ecg_anomaly.features.second_shape import Shapes, summarise_shapes
from ecg_anomaly.features.slot_beats import N_SLOTS, RENEWAL, SlotBeats, slot_length_s
from ecg_anomaly.features.span_summary import FEWEST_BEATS
from ecg_anomaly.features.two_histories import TwoHistories

#: Fewest slots of an hour whose beats make a second shape: of two minutes and more.
FEWEST_ALIKE = 6


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
    slot = np.floor(time_s / slot_length_s(features.slow_history_s)).astype(np.int64)
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


@dataclass(frozen=True)
class SlowRates:
    """Mean RR interval in each window of an hour, and logs of 10 % and 90 % quantile over it.

    All arrays are (n_windows,) float64; every slot counts alike, however many beats it has.
    """

    mean_s: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def select(self, rows: slice) -> "SlowRates":
        """Return the rates of some windows."""
        return SlowRates(self.mean_s[rows], self.low[rows], self.high[rows])


def summarise_rates(slots: SlotBeats, windows: SlowWindows) -> SlowRates:
    """Summarise the mean intervals of the slots of each window."""
    found = np.zeros((windows.n, 3))
    for place, rows in enumerate(windows.rows(slots)):
        mean_s = slots.mean_s[rows]
        found[place] = mean_s.mean(), *np.quantile(mean_s, [0.1, 0.9])
    mean_s, low_s, high_s = found.T
    return SlowRates(mean_s, np.log(low_s / mean_s), np.log(high_s / mean_s))


def find_rates(
    slots: SlotBeats, time_s: NDArray[np.float64], features: FeaturesConfig, kept: KeptSummaries
) -> tuple[SlowRates, NDArray[np.intp]]:
    """Find the rates of the hour before each beat.

    Parameters
    ----------
    slots, time_s, features
        As for `find_slow_windows`.
    kept : KeptSummaries
        What was found for earlier beats, and is kept for later ones.

    Returns
    -------
    rates : SlowRates
    rows : (n,) int
        Which of them each beat has; -1 where its hour is not known.
    """
    ends = renewal_ends(time_s, features)
    found = kept.find("rates", ends)
    if found is not None:
        return found, np.full(len(ends), len(found.mean_s) - 1)
    windows = find_slow_windows(slots, time_s, features)
    rates, rows = summarise_rates(slots, windows), windows.of_beat
    newest = slice(rows[-1], rows[-1] + 1) if rows[-1] >= 0 else slice(0)
    kept.keep("rates", int(ends[-1]), rates.select(newest))
    return rates, rows


def summarise_slots(
    slots: SlotBeats, windows: SlowWindows, regular_rr: float, window: BeatWindow
) -> TwoHistories:
    """Summarise the beats of each window, as `History` does those of the last minutes.

    Beats of slots whose mean interval is shorter than `regular_rr` of the hour's do not enter the
    template.

    Returns
    -------
    TwoHistories
        One row for each window. Each lead is summarised from the beats in which it is present, and
        not known where those are too few.
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


def _summarise(slots: SlotBeats, chosen: tuple[Choice, Choice], window: BeatWindow) -> Shapes:
    def find_calm(some: Choice, _: NDArray[np.intp]) -> NDArray[np.bool_]:
        return slots.calm[some.index]

    return summarise_shapes(slots.waveform, *chosen, find_calm, FEWEST_ALIKE, window)


def _choose(slots: SlotBeats, windows: SlowWindows, regular_rr: float) -> tuple[Choice, Choice]:
    """Choose all beats of each window, and those that enter the template."""
    every, on_time = (
        Choice(np.zeros((windows.n, N_SLOTS), np.intp), np.zeros(windows.n, np.intp))
        for _ in range(2)
    )
    for place, rows in enumerate(windows.rows(slots)):
        mean_s = slots.mean_s[rows]
        regular = rows[mean_s >= regular_rr * mean_s.mean()] if len(rows) else rows
        for choice, chosen in ((every, rows), (on_time, regular)):
            choice.index[place, : len(chosen)], choice.count[place] = chosen, len(chosen)
    return every, on_time
