"""Put beats in context: compare them with the beats of their last minutes and of the last hour.

Beats of many records are compared at once, which is many times faster than one record after the
other. Each is compared with its own past alone, and so as if it were alone, to the last bit.
"""

from collections.abc import Hashable, Sequence
from itertools import accumulate
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import take_marks
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.asked_beats import AskedBeats, Compared, Comparison
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.interval_summary import IntervalSummary
from ecg_anomaly.features.look_back import drop_leads
from ecg_anomaly.features.past_summaries import summarise_hour, summarise_minutes
from ecg_anomaly.features.recent_intervals import N_INTERVALS, log_recent
from ecg_anomaly.features.rhythm_comparison import compare_last, take_last
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.files.array_tables import concatenate_tables

#: What is known of the rhythm of beats, row by row.
Rows = TypeVar("Rows", Intervals, IntervalSummary)


def put_beats_in_context(
    ready: BeatsWithPast,
    features: FeaturesConfig,
    window: BeatWindow,
    columns: Sequence[int] | None = None,
    rows: NDArray[np.intp] | None = None,
    align: bool = False,
) -> BeatsInContext:
    """Compare beats of one record with the others, see `compare_with_past`.

    Parameters
    ----------
    ready : BeatsWithPast
    features, window
        As for `compare_with_past`.
    columns, rows, align
        See `AskedBeats`; all leads and all beats by default.
    """
    columns = range(ready.known.waveform.shape[2]) if columns is None else columns
    rows = np.arange(ready.until - ready.since) if rows is None else rows
    return compare_with_past([AskedBeats(ready, tuple(columns), rows, align)], features, window)


def compare_with_past(
    asked: Sequence[AskedBeats], features: FeaturesConfig, window: BeatWindow
) -> BeatsInContext:
    """Compare beats of some records with their past; this is the slow part, and needs no order.

    Parameters
    ----------
    asked : sequence of AskedBeats
        At least one, all of equally many leads.
    features : FeaturesConfig
        ``regular_rr``, ``history_beats``, ``interval_odds`` and the look-back lengths.
    window : BeatWindow

    Returns
    -------
    BeatsInContext
        Of all of them, one after the other.
    """
    kinds = {(a.columns, a.align) for a in asked}
    comparisons = {kind: Comparison(features, window, *kind) for kind in kinds}
    compared = [(a, comparisons[a.columns, a.align]) for a in asked]
    minutes = summarise_minutes(compared, features, window)
    slow = summarise_hour(minutes, compared, features)
    waveform, present = _take_windows(compared)
    present[:, 1:] &= minutes.known[:, 1:]
    present[:, 0] = True
    history, second = minutes.with_second_of(slow).choose_nearer(waveform, present, window)
    hour, _ = slow.with_second_of(minutes).choose_nearer(waveform, present, window)
    scaled, history = drop_leads(history.divide(waveform), history, present, window)
    _, hour = drop_leads(scaled, hour, present, window)
    intervals, rhythm, recent = _compare_intervals(asked, features)
    return BeatsInContext(scaled, intervals, rhythm, history, hour, recent, second)


def _compare_intervals(
    asked: Sequence[AskedBeats], features: FeaturesConfig
) -> tuple[Intervals, RhythmContext, NDArray[np.float64]]:
    """Find what the intervals of beats are compared with, and the last of them."""
    rows, n_local = [a.own for a in asked], features.local_beats + 1
    longest = max(N_INTERVALS - 1, n_local)
    last_s = np.concatenate(
        [take_last(a.ready.previous_s, own, longest) for a, own in zip(asked, rows, strict=True)]
    )
    place = np.concatenate(rows)
    minutes = concatenate_tables([_select(a.ready.minutes, a.rows) for a in asked])
    rhythm = compare_last(last_s[:, longest - n_local :], place, minutes)
    edges = [0, *accumulate(len(a.ready.rates.mean_s) for a in asked)]
    if edges[-1]:
        hours = (a.ready.of_hour[a.rows].tolist() for a in asked)
        moved = [
            hour + edge if hour >= 0 else -1
            for own, edge in zip(hours, edges, strict=False)
            for hour in own
        ]
        rates = concatenate_tables([a.ready.rates for a in asked])
        rhythm = rhythm.with_hour(rates.mean_s, rates.low, rates.high, np.array(moved))
    found = concatenate_tables([_select(a.ready.intervals, a.rows) for a in asked])
    intervals = found.fill(rhythm.local_s)
    if not features.interval_odds:
        return intervals, rhythm, np.full((len(place), N_INTERVALS + 1), np.nan)
    recent = log_recent(last_s[:, longest + 1 - N_INTERVALS :], place, intervals.next_s)
    return intervals, rhythm, recent


def _select(columns: Rows, rows: NDArray[np.intp]) -> Rows:
    """Return some rows; a lone row, as of nearly all running records, is no choice."""
    alone = len(rows) == 1 and len(next(iter(vars(columns).values()))) == 1
    return columns if alone else columns.select(rows)


def _take_windows(compared: Compared) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Take the windows of beats, and mark the leads that are present in them."""
    groups: dict[Hashable, list[int]] = {}
    for place, (a, comparison) in enumerate(compared):
        kind = comparison.columns, comparison.align, a.ready.known.waveform.shape[2]
        groups.setdefault(kind, []).append(place)
    taken: list[tuple[NDArray[Any], NDArray[Any]]] = []
    for places in groups.values():
        some, comparison = [compared[place][0] for place in places], compared[places[0]][1]
        spans = [(a.ready.known, a.span) for a in some]
        waveform = np.concatenate([known.waveform[span] for known, span in spans])
        present = np.concatenate([known.present[span] for known, span in spans])
        taken.append((comparison.take(waveform), take_marks(present, comparison.columns)))
    if len(groups) == 1:
        return taken[0]
    edges = np.cumsum([0, *(len(a.rows) for a, _ in compared)])
    order = [np.arange(*edges[p : p + 2]) for places in groups.values() for p in places]
    back = np.argsort(np.concatenate(order))
    waveform, present = (np.concatenate(parts)[back] for parts in zip(*taken, strict=True))
    return waveform, present
