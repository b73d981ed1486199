"""Two sets of decisions on one heart: whether beats and flags are the same."""

from dataclasses import dataclass

import numpy as np

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.detector.decisions import BeatDecisions

#: Largest distance of two finds of one beat in s.
WITHIN_S = 0.05

#: Resolution in which beats of different sampling rates are compared, in Hz.
CLOCK_HZ = 100_000


@dataclass(frozen=True)
class Comparison:
    """What changed from one set of decisions to another.

    Attributes
    ----------
    n_before, n_after : int
        Beats of each.
    n_again : int
        Beats of the first that the second has within `WITHIN_S`.
    n_flags : int
        Of those, flagged by one of the two alone.
    n_flagged_before, n_flagged_after : int
        Flags of each, over all beats.
    n_unreadable_after : int
        Beats of the second that cannot be read.
    """

    n_before: int
    n_after: int
    n_again: int
    n_flags: int
    n_flagged_before: int
    n_flagged_after: int
    n_unreadable_after: int


def compare_decisions(before: BeatDecisions, after: BeatDecisions) -> Comparison:
    """Match the beats of two sets, of whatever sampling rates, and compare their flags."""
    ticks = [np.rint(d.time_s * CLOCK_HZ).astype(np.int64) for d in (before, after)]
    pair = match_beats(ticks[0], ticks[1], WITHIN_S * CLOCK_HZ)
    again = pair >= 0
    return Comparison(
        n_before=len(before),
        n_after=len(after),
        n_again=int(again.sum()),
        n_flags=int((before.anomalous[pair[again]] != after.anomalous[again]).sum()),
        n_flagged_before=int(before.anomalous.sum()),
        n_flagged_after=int(after.anomalous.sum()),
        n_unreadable_after=int((after.unreadable != "").sum()),
    )


def join_comparisons(parts: list[Comparison]) -> Comparison:
    """Add up recordings."""
    return Comparison(**{k: sum(vars(p)[k] for p in parts) for k in vars(parts[0])})
