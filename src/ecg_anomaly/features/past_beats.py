"""Choose the past beats of each window of minutes that others are compared with."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.history_windows import HistoryWindows
from ecg_anomaly.features.interval_summary import mean_intervals
from ecg_anomaly.features.row_choice import RowChoice, choose_on_time, choose_rows

#: Windows that hold less, in s, have all beats chosen in any case.
SHORTEST_S = 1.0


class PastBeats(NamedTuple):
    """Beats of a record, in order, as others may be compared with them.

    Attributes
    ----------
    time_s : (n,) float64
        R peaks in s.
    waveform : (n, window, n_leads) float32
        In mV.
    present : (n, n_leads) bool
        False where the window of a lead is 0.
    trusted : (n,) bool
        Windows of the first lead that others may be compared with.
    previous_s : (n,) float64
        RR interval before each in s; NaN where unknown.
    """

    time_s: NDArray[np.float64]
    waveform: NDArray[np.float32]
    present: NDArray[np.bool_]
    trusted: NDArray[np.bool_]
    previous_s: NDArray[np.float64]


def choose_past_beats(
    beats: PastBeats,
    good: NDArray[np.bool_],
    regular_rr: float,
    windows: HistoryWindows,
    most: int,
) -> tuple[RowChoice, RowChoice]:
    """Choose at most `most` good beats of each window, evenly spread over its time.

    Parameters
    ----------
    beats : PastBeats
        n beats.
    good : (n,) bool
        Beats that may be chosen.
    regular_rr, windows, most
        As for `look_back_together`.

    Returns
    -------
    recent, on_time : RowChoice
        Of all good beats, and of those that are not premature.
    """
    shortest_s = regular_rr * mean_intervals(beats.previous_s, windows)
    recent, on_time = (_no_choice(len(windows.first), most) for _ in range(2))
    halved, every = _halve_slots(beats.time_s, good, windows), windows.spans
    for times in set(halved.tolist()):
        slot_s = windows.length_s / most / 2**times
        slot, some = np.floor(beats.time_s / slot_s).astype(np.intp), halved == times
        spans = every[some]
        recent.put(some, choose_rows(good, slot, spans, most))
        regular = choose_on_time(good, beats.previous_s, shortest_s[some], slot, spans, most)
        on_time.put(some, regular)
    return recent, on_time


def _halve_slots(
    time_s: NDArray[np.float64], good: NDArray[np.bool_], windows: HistoryWindows
) -> NDArray[np.intp]:
    """Return how often time slots are halved so that a short window has as many of them, (n,) int.

    A window counts from its first good beat on.
    """
    rows = np.append(np.flatnonzero(good), len(time_s))
    since = rows[np.searchsorted(rows, windows.first)]
    held_s = windows.moved_s - np.append(time_s, -np.inf)[since]
    share = np.maximum(windows.length_s / np.maximum(held_s, SHORTEST_S), 1.0)
    return np.floor(np.log2(share)).astype(np.intp)


def _no_choice(n: int, most: int) -> RowChoice:
    return RowChoice(np.zeros((n, most), np.intp), np.zeros(n, np.intp))
