"""What is usual for a subject over the last hour: rate and template beat.

The history of the last minutes follows a change that lasts: ten minutes into a tachycardia it is
what the beats are compared with. The slow history beside it does not, for most of an hour. It
keeps one beat of each slot of the record's clock, so that it takes little memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import DetectedBeats, History, take_leads, take_marks
from ecg_anomaly.features.look_back import stack_leads
from ecg_anomaly.features.row_choice import Choice
from ecg_anomaly.features.span_summary import FEWEST_BEATS, summarise_spans

#: Slots of the slow history, after how many it is renewed, and so many that no renewal needs an
#: older one. Of an hour a slot is 24 s long.
N_SLOTS, RENEWAL = 150, 5
MOST_SLOTS = N_SLOTS + RENEWAL


def slot_length_s(slow_history_s: float) -> float:
    """Length of a slot in s, of a slow history of `slow_history_s`."""
    return slow_history_s / N_SLOTS


@dataclass(frozen=True)
class SlotBeats:
    """One beat of each slot that has a trusted one, in the order of time.

    Attributes
    ----------
    slot : (m,) int64
        Number of the slot.
    mean_s : (m,) float64
        Mean of the known RR intervals in the slot, in s.
    waveform : (m, window, n_leads) float32
        The beat in mV: the last one that is not premature in its slot.
    trusted, present : (m, n_leads) bool
        True where it may be compared with on that lead, and where the window of the lead is not 0.
    """

    slot: NDArray[np.int64]
    mean_s: NDArray[np.float64]
    waveform: NDArray[np.float32]
    trusted: NDArray[np.bool_]
    present: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.slot)

    def select(self, rows: NDArray[Any] | slice) -> "SlotBeats":
        """Return the beats of some slots."""
        return SlotBeats(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def take_leads(self, columns: Sequence[int]) -> "SlotBeats":
        """Take some leads, -1 for one that is lacking; of the beats trusted on the first."""
        rows = self.trusted[:, columns[0]]
        marks = (take_marks(m[rows], columns) for m in (self.trusted, self.present))
        return SlotBeats(
            self.slot[rows], self.mean_s[rows], take_leads(self.waveform[rows], columns), *marks
        )

    def followed_by(self, other: "SlotBeats") -> "SlotBeats":
        """Join with those of later slots."""
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return SlotBeats(**{name: np.concatenate(pair) for name, pair in pairs.items()})


#: Kind of the type and number of axes of each column of `SlotBeats`.
SLOT_KINDS = {
    "slot": ("i", 1),
    "mean_s": ("f", 1),
    "waveform": ("f", 3),
    "trusted": ("b", 2),
    "present": ("b", 2),
}


def choose_slot_beats(
    beats: DetectedBeats,
    previous_s: NDArray[np.float64],
    features: FeaturesConfig,
    first: int,
    end: int,
    lead: int = 0,
) -> SlotBeats:
    """Choose a beat of each slot from `first` up to but without `end`.

    Parameters
    ----------
    beats : DetectedBeats
        Consecutive beats with all of those slots.
    previous_s : (n,) float64
        RR interval before each in s; NaN where unknown.
    features : FeaturesConfig
        A beat that follows after less than ``regular_rr`` of the slot's mean is premature;
        ``slow_history_s``.
    first, end : int
        Numbers of slots.
    lead : int
        Column of the lead that beats are read on as a rule: rather a beat that is trusted there.
    """
    slot_s = slot_length_s(features.slow_history_s)
    slot = np.floor(beats.time_s / slot_s).astype(np.int64)
    inside = (slot >= first) & (slot < end)
    names, place = np.unique(slot[inside], return_inverse=True)
    rr, rows = previous_s[inside], np.flatnonzero(inside)
    known = np.isfinite(rr)
    number = np.bincount(place[known], minlength=len(names))
    total = np.bincount(place[known], rr[known], minlength=len(names))
    mean_s = total / np.maximum(number, 1)
    on_time = ~(rr < features.regular_rr * mean_s[place])
    # The largest is kept: rather one that is trusted on that lead, on time, and later.
    trusted = beats.trusted[inside]
    rank = (2 * trusted[:, lead] + on_time) * len(rr) + np.arange(len(rr))
    best, some = np.full(len(names), -1, np.int64), trusted.any(axis=1)
    np.maximum.at(best, place[some], rank[some])
    kept = (best >= 0) & (number > 0)
    chosen = rows[best[kept] % max(len(rr), 1)]
    return SlotBeats(
        slot=names[kept],
        mean_s=mean_s[kept],
        waveform=beats.waveform[chosen],
        trusted=beats.trusted[chosen],
        present=beats.present[chosen],
    )


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


def summarise_slots(
    slots: SlotBeats, windows: SlowWindows, regular_rr: float, window: BeatWindow
) -> tuple[History, NDArray[np.bool_]]:
    """Summarise the beats of each window, as `History` does those of the last minutes.

    Beats of slots whose mean interval is shorter than `regular_rr` of the hour's do not enter the
    template.

    Returns
    -------
    history : History
        One row for each window. Each lead is summarised from the beats in which it is present.
    known : (n_windows, n_leads) bool
        False where those are too few.
    """
    if slots.present.all():
        found = summarise_spans(slots.waveform, *_choose(slots, windows, regular_rr), window)
        return History(**found), np.ones((windows.n, slots.present.shape[1]), bool)
    leads, known = [], []
    for lead in range(slots.present.shape[1]):
        some = slots.select(slots.present[:, lead])
        chosen = _choose(some, windows, regular_rr)
        leads.append(summarise_spans(some.waveform[:, :, lead : lead + 1], *chosen, window))
        known.append(chosen[0].count >= FEWEST_BEATS)
    return History(**stack_leads(leads)), np.column_stack(known)


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
