"""Choose some of the beats in each span of a record, evenly spread over its time.

A span is a range of consecutive beats. All beats of some minutes would say little more than a few
dozen of them, and take longer.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RowChoice:
    """Beats chosen from each span.

    Attributes
    ----------
    index : (n_spans, most) int
        Rows of the record; what stands after the first `count` is padding.
    count : (n_spans,) int
        Number of rows chosen from each span: the first `count` of its `index`.
    """

    index: NDArray[np.intp]
    count: NDArray[np.intp]

    def select(self, spans: NDArray[Any]) -> "RowChoice":
        """Return what was chosen from some of the spans."""
        return RowChoice(self.index[spans], self.count[spans])

    def put(self, spans: NDArray[np.bool_], chosen: "RowChoice") -> None:
        """Set what is chosen from some of the spans."""
        self.index[spans], self.count[spans] = chosen.index, chosen.count


def choose_rows(
    good: NDArray[np.bool_], slot: NDArray[np.intp], spans: NDArray[np.intp], most: int
) -> RowChoice:
    """Choose at most `most` of the good beats in each span.

    Parameters
    ----------
    good : (n,) bool
        Beats that may be chosen.
    slot : (n,) int
        Time slot of each beat, ascending; a span holds about `most` slots.
    spans : (n_spans, 2) int
    most : int

    Returns
    -------
    RowChoice
        All good beats of a span when they are at most `most`, otherwise the first of each slot, so
        that one beat more or less changes the choice in its own slot alone.
    """
    rows = np.flatnonzero(good)
    low, high = np.searchsorted(rows, spans.T)
    first = rows[_changes(slot[rows])]
    low_first, high_first = np.searchsorted(first, spans.T)
    return _take(rows, low, high, first, low_first, high_first, most)


def choose_on_time(
    good: NDArray[np.bool_],
    previous_s: NDArray[np.float64],
    shortest_s: NDArray[np.float64],
    slot: NDArray[np.intp],
    spans: NDArray[np.intp],
    most: int,
) -> RowChoice:
    """Choose at most `most` good beats of each span that are not premature in it.

    Parameters
    ----------
    good, slot, spans, most
        As for `choose_rows`.
    previous_s : (n,) float64
        RR interval before each beat in s; a beat whose interval is unknown is not premature.
    shortest_s : (n_spans,) float64
        A beat that follows after less is premature. The limit belongs to the span and not to the
        beat: what is premature in one may be on time in a later one, and a span depends on nothing
        outside of it.
    """
    found = [np.zeros(0, np.intp)]
    for (first, end), shortest in zip(spans.tolist(), shortest_s.tolist(), strict=True):
        premature = previous_s[first:end] < shortest
        found.append(first + np.flatnonzero(good[first:end] & ~premature))
    rows, edges = np.concatenate(found), np.array([0, *accumulate(map(len, found[1:]))])
    new = _changes(slot[rows])
    new[edges[edges < len(rows)]] = True  # the first of each span
    first_edges = np.append(0, new.cumsum())[edges]
    low, high = edges[:-1], edges[1:]
    return _take(rows, low, high, rows[new], first_edges[:-1], first_edges[1:], most)


def _changes(values: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Mark the values, (n,) int, that differ from the one before, and the first."""
    new = np.ones(len(values), bool)
    new[1:] = values[1:] != values[:-1]
    return new


def _take(
    rows: NDArray[np.intp],
    low: NDArray[np.intp],
    high: NDArray[np.intp],
    first: NDArray[np.intp],
    low_first: NDArray[np.intp],
    high_first: NDArray[np.intp],
    most: int,
) -> RowChoice:
    """Take ``rows[low:high]`` where that is few enough, else the last of ``first[low:high]``."""
    few = high - low <= most
    count = np.where(few, high - low, np.minimum(high_first - low_first, most))
    # Beyond the last row that is chosen it repeats.
    offset = np.minimum(np.arange(most), np.maximum(count - 1, 0)[:, None])
    place = np.where(few, high, high_first)[:, None] - count[:, None] + offset
    if not len(rows):
        return RowChoice(np.zeros_like(place), count)
    if few.all():
        return RowChoice(rows[np.minimum(place, len(rows) - 1)], count)
    index = first[np.minimum(place, len(first) - 1)]
    if few.any():
        index[few] = rows[np.minimum(place[few], len(rows) - 1)]
    return RowChoice(index, count)
