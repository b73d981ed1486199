"""Summarise, lead by lead, the minutes of a record that its beats are compared with."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.history_windows import HistoryWindows
from ecg_anomaly.features.joint_shapes import summarise_together
from ecg_anomaly.features.past_beats import PastBeats, choose_past_beats
from ecg_anomaly.features.span_beats import SpanBeats, mark_in_rhythm
from ecg_anomaly.features.span_summary import FEWEST_BEATS
from ecg_anomaly.features.two_histories import TwoHistories, make_absent

#: Fewest beats of some minutes that make a second shape, of at most ``features.history_beats`` (64)
#: that are looked at.
FEWEST_OF_SECOND = 8


def look_back_together(
    parts: Sequence[tuple[PastBeats, HistoryWindows]],
    regular_rr: float,
    most: int,
    window: BeatWindow,
) -> list[TwoHistories]:
    """Summarise the minutes that beats of some records are compared with.

    Parameters
    ----------
    parts : sequence of (PastBeats, HistoryWindows)
        Of each record n beats, and m windows of them.
    regular_rr : float
        Beats that follow after less than this share of the mean interval of a window are premature
        there and do not enter the template.
    most : int
        Most beats of a window that are looked at, evenly spread.
    window : BeatWindow

    Returns
    -------
    list of TwoHistories
        Of each record, a row for each window. Each lead is summarised from the beats in which it is
        present, so that one that comes and goes is compared with itself; it is not known where it
        was present in fewer than `FEWEST_BEATS` beats.
    """
    if not parts:  # as nearly always with a few beats
        return []
    asked, known = [], []
    for beats, windows in parts:
        spans, of_leads = _choose_spans(beats, windows, regular_rr, most)
        asked.append(spans)
        known.append(of_leads)
    each = [part for spans in asked for part in spans]
    shapes = iter(summarise_together(each, FEWEST_OF_SECOND, window))
    return [
        TwoHistories.of_leads([next(shapes) for _ in spans], of_leads, window)
        for spans, of_leads in zip(asked, known, strict=True)
    ]


def _choose_spans(
    beats: PastBeats, windows: HistoryWindows, regular_rr: float, most: int
) -> tuple[list[SpanBeats], NDArray[np.bool_]]:
    """Choose beats of each window, of all leads together or, where one comes and goes, of each.

    Returns
    -------
    spans : list of SpanBeats
    known : (m, n_leads) bool
        See `TwoHistories`.
    """
    in_rhythm = mark_in_rhythm(beats.previous_s)
    # Of the first and the last beat of a window a neighbour is outside of it.
    low, high = windows.first + 1, np.maximum(windows.end - 1, 0)

    def choose(waveform: NDArray[np.float32], good: NDArray[np.bool_]) -> SpanBeats:
        chosen = choose_past_beats(beats, good, regular_rr, windows, most)
        return SpanBeats(waveform, *chosen, in_rhythm, low, high)

    steady = (beats.present | ~beats.trusted[:, None]).all(axis=0)
    if steady.all():
        every = np.ones((len(windows.first), steady.size), bool)
        return [choose(beats.waveform, beats.trusted)], every
    enough = np.minimum(_count(beats.trusted, windows), FEWEST_BEATS)
    leads, known = [], []
    for lead, waveform in enumerate(np.split(beats.waveform, steady.size, axis=2)):
        good = beats.trusted & beats.present[:, lead]
        leads.append(choose(waveform, good))
        known.append(_count(good, windows) >= enough)
    known[0][:] = True
    return leads, np.column_stack(known)


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


def _count(good: NDArray[np.bool_], windows: HistoryWindows) -> NDArray[np.intp]:
    """Count the beats in each window that are good."""
    before = np.concatenate([[0], np.cumsum(good)])
    return np.asarray(before[windows.end] - before[windows.first])
