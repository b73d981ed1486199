"""Summarise spans of beats of many records at once: far faster than one record after the other.

A template beat depends on the beats of its own span alone, so each record gets what it gets alone,
to the last bit.
"""

from collections.abc import Hashable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.second_shape import Shapes, summarise_shapes
from ecg_anomaly.features.span_beats import SpanBeats


def summarise_together(parts: Sequence[SpanBeats], fewest: int, window: BeatWindow) -> list[Shapes]:
    """Summarise spans of beats of some records.

    Parameters
    ----------
    parts : sequence of SpanBeats
        Of any number of leads.
    fewest, window
        As for `summarise_shapes`.

    Returns
    -------
    list of Shapes
        What `summarise_shapes` gives of each.
    """
    found, groups = dict[int, Shapes](), dict[Hashable, list[int]]()
    for place, part in enumerate(parts):
        groups.setdefault((part.waveform.shape[2], part.recent.index.shape[1]), []).append(place)
    for places in groups.values():
        some = [_keep_chosen(parts[place]) for place in places]
        joined = _join(some) if len(some) > 1 else some[0]
        edges = np.cumsum([0, *(len(part.low) for part in some)]).tolist()
        shapes = summarise_shapes(joined, fewest, window)
        for place, edge in zip(places, pairwise(edges), strict=True):
            found[place] = _take(shapes, slice(*edge))
    return [found[place] for place in range(len(parts))]


def _keep_chosen(part: SpanBeats) -> SpanBeats:
    """Drop the beats that are chosen from no span, where that is most of them."""
    index = [part.recent.index, part.on_time.index]
    if sum(rows.size for rows in index) * 2 > len(part.waveform):
        return part
    chosen = np.zeros(len(part.waveform), bool)
    for rows in index:
        chosen[rows] = True
    place = np.cumsum(chosen) - chosen  # of a row among those that are kept
    places = np.append(place, chosen.sum())
    low, high = (places[np.minimum(edge, len(place))] for edge in (part.low, part.high))
    recent, on_time = (RowChoice(place[c.index], c.count) for c in (part.recent, part.on_time))
    return SpanBeats(part.waveform[chosen], recent, on_time, part.in_rhythm[chosen], low, high)


def _join(parts: list[SpanBeats]) -> SpanBeats:
    """Put the beats of records one after the other."""
    base = np.cumsum([0, *(len(part.waveform) for part in parts[:-1])]).tolist()

    def join(edges: list[NDArray[np.intp]]) -> NDArray[np.intp]:
        return np.concatenate([rows + first for rows, first in zip(edges, base, strict=True)])

    recent, on_time = (
        RowChoice(join([c.index for c in some]), np.concatenate([c.count for c in some]))
        for some in ([part.recent for part in parts], [part.on_time for part in parts])
    )
    waveform, in_rhythm = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("waveform", "in_rhythm")
    )
    low, high = (join([getattr(part, name) for part in parts]) for name in ("low", "high"))
    return SpanBeats(waveform, recent, on_time, in_rhythm, low, high)


def _take(shapes: Shapes, rows: slice) -> Shapes:
    """Return the shapes of some spans."""
    two = shapes.two[rows]
    first, second = (
        {name: values[rows] for name, values in summaries.items()} if summaries else None
        for summaries in (shapes.first, shapes.second if two.any() else None)
    )
    assert first is not None
    return Shapes(first, second, two)
