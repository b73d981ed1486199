"""Choose some of the beats in each span of a record, evenly spread over its time.

A span is a range of consecutive beats. All beats of some minutes would say little more than a few
dozen of them, and take longer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Beats of all spans that are looked at together.
BATCH_BEATS = 200_000


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
    found, of_span = [np.zeros(0, np.intp)], [np.zeros(0, np.intp)]
    size = max(1, BATCH_BEATS // max(1, int(np.diff(spans).max(initial=1))))
    for start in range(0, len(spans), size):
        first, end = spans[start : start + size].T
        rows = first[:, None] + np.arange(int((end - first).max(initial=0)))
        inside = rows < end[:, None]
        rows = np.minimum(rows, len(good) - 1)
        premature = previous_s[rows] < shortest_s[start : start + size, None]
        chosen = inside & good[rows] & ~premature
        found.append(rows[chosen])
        of_span.append(start + np.nonzero(chosen)[0])
    rows, span = np.concatenate(found), np.concatenate(of_span)
    edges = np.searchsorted(span, np.arange(len(spans) + 1))
    new = _changes(slot[rows]) | _changes(span)
    first_edges = np.searchsorted(span[new], np.arange(len(spans) + 1))
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
    index = np.zeros((len(low), most), np.intp)
    count = np.where(few, high - low, np.minimum(high_first - low_first, most))
    for wanted, source, end in ((few, rows, high), (~few, first, high_first)):
        offset = np.minimum(np.arange(most), np.maximum(count[wanted] - 1, 0)[:, None])
        place = (end - count)[wanted][:, None] + offset
        if len(source):
            index[wanted] = source[np.minimum(place, len(source) - 1)]
    return RowChoice(index, count)
