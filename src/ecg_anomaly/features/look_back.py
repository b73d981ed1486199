"""Summarise, lead by lead, the minutes of a record that its beats are compared with."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.history_windows import HistoryWindows
from ecg_anomaly.features.interval_summary import mean_intervals
from ecg_anomaly.features.row_choice import RowChoice, choose_on_time, choose_rows
from ecg_anomaly.features.second_shape import Shapes, mark_in_rhythm, summarise_shapes
from ecg_anomaly.features.span_summary import FEWEST_BEATS
from ecg_anomaly.features.two_histories import TwoHistories, make_absent

#: Fewest beats of some minutes that make a second shape, of at most ``features.history_beats`` (64)
#: that are looked at.
FEWEST_OF_SECOND = 8

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


def look_back(
    beats: PastBeats,
    regular_rr: float,
    windows: HistoryWindows,
    most: int,
    window: BeatWindow,
) -> TwoHistories:
    """Summarise the minutes that beats of a record are compared with.

    Parameters
    ----------
    beats : PastBeats
        n beats.
    regular_rr : float
        Beats that follow after less than this share of the mean interval of a window are premature
        there and do not enter the template.
    windows : HistoryWindows
        m windows of them.
    most : int
        Most beats of a window that are looked at, evenly spread.
    window : BeatWindow

    Returns
    -------
    TwoHistories
        A row for each window. Each lead is summarised from the beats in which it is
        present, so that one that comes and goes is compared with itself; it is not known where it
        was present in fewer than `FEWEST_BEATS` beats.
    """

    def summarise(waveform: NDArray[np.float32], good: NDArray[np.bool_]) -> Shapes:
        recent, on_time = choose_past_beats(beats, good, regular_rr, windows, most)
        return summarise_shapes(waveform, recent, on_time, find_in_rhythm, FEWEST_OF_SECOND, window)

    def find_in_rhythm(chosen: RowChoice, spans: NDArray[np.intp]) -> NDArray[np.bool_]:
        # Of the first and the last beat of a window a neighbour is outside of it.
        first, last = windows.first[spans, None], windows.end[spans, None] - 1
        return in_rhythm[chosen.index] & (chosen.index > first) & (chosen.index < last)

    in_rhythm = mark_in_rhythm(beats.previous_s)

    enough = np.minimum(_count(beats.trusted, windows), FEWEST_BEATS)
    steady = beats.present[beats.trusted].all(axis=0)
    if steady.all():
        every = np.ones((len(windows.first), steady.size), bool)
        return TwoHistories.of_leads([summarise(beats.waveform, beats.trusted)], every, window)
    leads, known = [], []
    for lead, waveform in enumerate(np.split(beats.waveform, steady.size, axis=2)):
        good = beats.trusted & beats.present[:, lead]
        leads.append(summarise(waveform, good))
        known.append(_count(good, windows) >= enough)
    known[0][:] = True
    return TwoHistories.of_leads(leads, np.column_stack(known), window)


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
        As for `look_back`.

    Returns
    -------
    recent, on_time : RowChoice
        Of all good beats, and of those that are not premature.
    """
    shortest_s = regular_rr * mean_intervals(beats.previous_s, windows)
    recent, on_time = (_no_choice(len(windows.first), most) for _ in range(2))
    halved = _halve_slots(beats.time_s, good, windows)
    for times in np.unique(halved):
        slot_s = windows.length_s / most / 2**times
        slot, some = np.floor(beats.time_s / slot_s).astype(np.intp), halved == times
        spans = windows.spans[some]
        recent.put(some, choose_rows(good, slot, spans, most))
        regular = choose_on_time(good, beats.previous_s, shortest_s[some], slot, spans, most)
        on_time.put(some, regular)
    return recent, on_time


def drop_leads(
    waveform: NDArray[np.float32], history: History, present: NDArray[np.bool_], window: BeatWindow
) -> tuple[NDArray[np.float32], History]:
    """Make leads absent in beats and history: both are as of a lead that is always 0.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        In units of the subject's amplitude.
    history : History
        Of the n beats.
    present : (n, n_leads) bool
        False for leads that are dropped.
    window : BeatWindow

    Returns
    -------
    waveform : (n, window, n_leads) float32
    history : History
        Both unchanged where every lead is present.
    """
    if present.all():
        return waveform, history
    row, lead = np.nonzero(~present)
    waveform = waveform.copy()
    waveform[row, :, lead] = 0
    return waveform, make_absent(history, present, window)


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


def _count(good: NDArray[np.bool_], windows: HistoryWindows) -> NDArray[np.intp]:
    """Count the beats in each window that are good."""
    before = np.concatenate([[0], np.cumsum(good)])
    return np.asarray(before[windows.end] - before[windows.first])
