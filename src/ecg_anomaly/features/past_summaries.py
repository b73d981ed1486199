"""Summarise the last minutes and the last hour before beats of many records at once."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import take_marks
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.asked_beats import AskedBeats, Compared, Comparison, ForeseenBeat
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.history_windows import HistoryWindows, find_windows
from ecg_anomaly.features.look_back import look_back_together
from ecg_anomaly.features.past_beats import PastBeats
from ecg_anomaly.features.slow_history import find_slow_windows, summarise_slots
from ecg_anomaly.features.two_histories import TwoHistories, join_histories


def summarise_minutes(
    compared: Compared, features: FeaturesConfig, window: BeatWindow
) -> TwoHistories:
    """Summarise the last minutes before beats.

    Parameters
    ----------
    compared : sequence of (AskedBeats, Comparison)
        At least one.
    features : FeaturesConfig
        ``regular_rr`` and ``history_beats``.
    window : BeatWindow

    Returns
    -------
    TwoHistories
        A row for each beat. Those of the newest window of each record are kept in its cache.
    """
    found: dict[int, TwoHistories] = {}
    of_beat = [[0] * len(a.rows) for a, _ in compared]
    past: dict[int, tuple[PastBeats, HistoryWindows]] = {}
    for place, (a, comparison) in enumerate(compared):
        cached = a.ready.cache.get(("minutes", comparison.key), a.ready.moved_s[a.rows])
        if cached is None:
            past[place] = _find_past(a, comparison)
            of_beat[place] = past[place][1].of_beat.tolist()
        else:
            found[place] = cached
    new = look_back_together(
        list(past.values()), features.regular_rr, features.history_beats, window
    )
    for (place, (_, windows)), minutes in zip(past.items(), new, strict=True):
        found[place], (a, comparison) = minutes, compared[place]
        if len(a.rows) and windows.full[-1]:
            newest = minutes.select(np.array([-1]))
            a.ready.cache.put(("minutes", comparison.key), float(windows.moved_s[-1]), newest)
    return _join([found[place] for place in range(len(compared))], of_beat)


def foresee_minutes(
    foreseen: Sequence[ForeseenBeat], features: FeaturesConfig, window: BeatWindow
) -> None:
    """Summarise the last minutes before beats to come, as soon as all beats in them are known.

    What is found is kept in the cache of each record, where `summarise_minutes` looks first: the
    work is done before anybody waits for it. Nothing else changes by it.

    Parameters
    ----------
    foreseen : sequence of ForeseenBeat
        Each of another record.
    features, window
        As for `summarise_minutes`.
    """
    compared = [(beat, Comparison(features, window, beat.columns, beat.align)) for beat in foreseen]
    past = [_find_past_of_next(beat, comparison) for beat, comparison in compared]
    # A window that reaches ahead is not known yet.
    known = [place for place, (_, windows) in enumerate(past) if windows.full[0]]
    parts = [past[place] for place in known]
    new = look_back_together(parts, features.regular_rr, features.history_beats, window)
    for place, (_, windows), minutes in zip(known, parts, new, strict=True):
        beat, comparison = compared[place]
        kind = "minutes", comparison.key
        beat.ready.cache.put(kind, float(windows.moved_s[0]), minutes)


def _find_past_of_next(
    beat: ForeseenBeat, comparison: Comparison
) -> tuple[PastBeats, HistoryWindows]:
    """Find the window of minutes before a beat that is not known yet, and the beats in it."""
    known = beat.ready.known
    good, present = (
        np.append(take_marks(m, comparison.columns[:1])[:, 0], mark)
        for m, mark in ((known.trusted, False), (known.present, True))
    )
    time_s, own = np.append(known.time_s, beat.time_s), np.array([len(known)])
    windows = find_windows(time_s, beat.ready.clock, good, present, own)
    return _take_past(beat.ready, comparison, good, windows)


def _join(parts: list[TwoHistories], of_beat: list[list[int]]) -> TwoHistories:
    """Join the histories of records, with a row for each beat, whose rows are those of a record."""
    joined = join_histories(parts)
    sizes = [len(part.two) for part in parts]
    if sizes == [len(own) for own in of_beat]:  # each beat has a window of its own, in order
        return joined
    edges = accumulate(sizes, initial=0)
    moved = [row + edge for own, edge in zip(of_beat, edges, strict=False) for row in own]
    return joined.select(np.array(moved))


def _find_past(a: AskedBeats, comparison: Comparison) -> tuple[PastBeats, HistoryWindows]:
    """Find the windows of minutes before some beats of a record, and the beats in them."""
    known = a.ready.known
    good, present = (
        take_marks(m, comparison.columns[:1])[:, 0] for m in (known.trusted, known.present)
    )
    windows = find_windows(known.time_s, a.ready.clock, good, present, a.own)
    return _take_past(a.ready, comparison, good, windows)


def _take_past(
    ready: BeatsWithPast,
    comparison: Comparison,
    good: NDArray[np.bool_],
    windows: HistoryWindows,
) -> tuple[PastBeats, HistoryWindows]:
    """Take the beats of some windows, and count the windows from the first of them on."""
    known = ready.known
    rows = slice(windows.first.min(initial=0), windows.end.max(initial=0))
    past = PastBeats(
        known.time_s[rows], comparison.take(known.waveform[rows]),
        take_marks(known.present[rows], comparison.columns), good[rows], ready.previous_s[rows],
    )  # fmt: skip
    return past, windows.since(rows.start)


def summarise_hour(
    minutes: TwoHistories, compared: Compared, features: FeaturesConfig
) -> TwoHistories:
    """Summarise the last hour before beats; the last minutes where it is not known.

    Parameters
    ----------
    minutes : TwoHistories
        From `summarise_minutes`.
    compared, features
        As for `summarise_minutes`; ``slow_history_s`` and ``history_s`` as well.

    Returns
    -------
    TwoHistories
        A row for each beat.
    """
    hours, of_beat, n = list[TwoHistories](), list[int](), 0
    for a, comparison in compared:
        found, rows = _find_hour(a, comparison, features)
        of_beat += [row + n if row >= 0 else -1 for row in rows]
        if found is not None:
            hours.append(found)
            n += len(found.two)
    return minutes.replaced_by(join_histories(hours), np.array(of_beat)) if hours else minutes


def _find_hour(
    a: AskedBeats, comparison: Comparison, features: FeaturesConfig
) -> tuple[TwoHistories | None, list[int]]:
    """Find the hours before some beats of a record, and that of each beat, -1 if not known."""
    cache, kind, ends = a.ready.cache, ("hour", comparison.key), a.ready.renewed[a.rows]
    cached = cache.get(kind, ends)
    if cached is not None:
        return cached or None, [0 if cached else -1] * len(ends)
    time_s = a.ready.known.time_s[a.own]
    slots = a.ready.slots.take_leads(comparison.columns)
    windows, newest, slow = find_slow_windows(slots, time_s, features), None, None
    if windows.n:
        slots = replace(slots, waveform=comparison.align_leads(slots.waveform))
        slow = summarise_slots(slots, windows, features.regular_rr, comparison.window)
        if len(ends) and windows.of_beat[-1] == windows.n - 1:
            newest = slow.select(np.array([-1]))
    if len(ends):
        cache.put(kind, int(ends[-1]), newest or ())
    return slow, windows.of_beat.tolist()
