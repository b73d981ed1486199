"""Samples that are missing for a moment: what changes near them, and what long after.

An island of missing samples costs a beat or many. It may change what is said of the beats around
it, and of those that are compared with them, but nothing once it has left the past of a beat.
"""

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record

#: Lengths of the islands in s; the shortest is one sample at 360 Hz.
LENGTHS_S = (1 / 360, 0.1, 1.0, 10.0, 60.0)

#: Beats nearer than this may change: the reach of the filters and half a window.
NEAR_S = 1.5

#: An island begins in these seconds of a record, so that much is left after it.
BEGINS_S = (350.0, 1000.0)


@dataclass(frozen=True)
class IslandEffect:
    """What differs between a recording and the same one with an island; counts of beats.

    Attributes
    ----------
    far_beats, far_readable : int
        Beats that are not in both, and beats readable in one only, beyond `NEAR_S`.
    far_flags : int
        Beats beyond `NEAR_S` that are flagged in one only, up to the detector's memory.
    late_flags : int
        The same, later than the detector's memory.
    late_scores : int
        Beats later than the memory whose scores differ by more than 1e-3.
    late_beats : int
        Beats later than the memory.
    """

    far_beats: int = 0
    far_readable: int = 0
    far_flags: int = 0
    late_flags: int = 0
    late_scores: int = 0
    late_beats: int = 0

    def __add__(self, other: "IslandEffect") -> "IslandEffect":
        return IslandEffect(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def measure_islands(
    record: Record, detector: Detector, memory_s: float, seed: int = 0
) -> Iterator[tuple[float, IslandEffect]]:
    """Score a record without and with one island of each length, at random places.

    Parameters
    ----------
    record : Record
        Longer than `BEGINS_S` and the memory together.
    detector : Detector
    memory_s : float
        Seconds after an island from which a difference is late.
    seed : int
        Of the places.

    Yields
    ------
    length_s : float
    effect : IslandEffect
    """
    rng = np.random.default_rng(seed)
    whole = score_recording(detector, record)
    for length_s in LENGTHS_S:
        begin_s = float(rng.uniform(*BEGINS_S))
        start = round(begin_s * record.fs)
        stop = start + max(1, round(length_s * record.fs))
        signal = record.signal.copy()
        signal[start:stop] = np.nan
        holed = score_recording(detector, replace(record, signal=signal))
        yield length_s, compare_around(whole, holed, start / record.fs, stop / record.fs, memory_s)


def compare_around(
    whole: BeatDecisions, holed: BeatDecisions, start_s: float, stop_s: float, memory_s: float
) -> IslandEffect:
    """Count what differs beyond an island from `start_s` to `stop_s`."""

    def is_far(time_s: np.ndarray) -> np.ndarray:
        return np.asarray((time_s < start_s - NEAR_S) | (time_s > stop_s + NEAR_S))

    far = [d.time_s[is_far(d.time_s)] for d in (whole, holed)]
    time_s, one, other = np.intersect1d(whole.time_s, holed.time_s, return_indices=True)
    flags = whole.anomalous[one] != holed.anomalous[other]
    readable = (whole.unreadable[one] == "") != (holed.unreadable[other] == "")
    change = np.abs(whole.score[one] - holed.score[other])
    late = time_s > stop_s + memory_s
    return IslandEffect(
        far_beats=len(np.setxor1d(*far)),
        far_readable=int((readable & is_far(time_s)).sum()),
        far_flags=int((flags & is_far(time_s) & ~late).sum()),
        late_flags=int((flags & late).sum()),
        late_scores=int((change[late] > 1e-3).sum()),
        late_beats=int(late.sum()),
    )


def tabulate_islands(effects: Iterable[tuple[float, IslandEffect]]) -> str:
    """Write a row for each length, with the sums over records, as a Markdown table."""
    total: dict[float, IslandEffect] = {}
    for length_s, effect in effects:
        total[length_s] = total.get(length_s, IslandEffect()) + effect
    rows = [
        "| missing | beats, far | readable, far | flags, far | flags, late | scores, late | of |",
        "|---|---|---|---|---|---|---|",
    ]
    for length_s, effect in total.items():
        name = f"{length_s:g} s" if length_s >= 0.1 else "1 sample"
        rows.append(f"| {name} | " + " | ".join(str(count) for count in astuple(effect)) + " |")
    return "\n".join(rows)
