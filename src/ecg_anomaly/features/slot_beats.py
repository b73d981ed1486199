"""Choose the beats that represent the last hour: one of each slot (24 s) of the record's clock.

Every slot has the same weight, however many beats it has, and a beat influences its own slot alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats, take_leads, take_marks
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.span_beats import mark_in_rhythm

#: Number of slots of the slow history, number of slots after which it is renewed, and number of
#: slots to keep so that every renewal has its own. A slot is 24 s of an hour.
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
    in_rhythm : (m,) bool
        True where the beat comes on time and without a pause after it, see `mark_in_rhythm`.
    waveform : (m, window, n_leads) float32
        The beat in mV: the last one that is not premature in its slot.
    trusted, present : (m, n_leads) bool
        True where it may be compared with on that lead, and where the window of the lead is not 0.
    """

    slot: NDArray[np.int64]
    mean_s: NDArray[np.float64]
    in_rhythm: NDArray[np.bool_]
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
            self.slot[rows], self.mean_s[rows], self.in_rhythm[rows],
            take_leads(self.waveform[rows], columns), *marks,
        )  # fmt: skip

    def followed_by(self, other: "SlotBeats") -> "SlotBeats":
        """Join with those of later slots."""
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return SlotBeats(**{name: np.concatenate(pair) for name, pair in pairs.items()})


#: Kind of the type and number of axes of each column of `SlotBeats`.
SLOT_KINDS = {
    "slot": ("i", 1),
    "mean_s": ("f", 1),
    "in_rhythm": ("b", 1),
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
        Consecutive beats with all of those slots, and one more on either side if there is one.
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
        in_rhythm=mark_in_rhythm(previous_s)[chosen],
        waveform=beats.waveform[chosen],
        trusted=beats.trusted[chosen],
        present=beats.present[chosen],
    )
