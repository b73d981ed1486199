"""Divide the QRS complexes of some beats into two shapes, by the nearer of two medians.

It is k-means with two clusters and medians instead of means, of many spans of beats at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.row_choice import Choice
from ecg_anomaly.features.running_statistics import row_medians

#: Times that beats are dealt to the nearer of two shapes.
ROUNDS = 3


class Division(NamedTuple):
    """Beats of two shapes.

    Attributes
    ----------
    first, second : (n_leads, time, n_spans) float32
        The shapes: medians of their beats.
    other : (n_spans, most) bool
        True for the beats of the second shape.
    """

    first: NDArray[np.float32]
    second: NDArray[np.float32]
    other: NDArray[np.bool_]


def take_beats(
    qrs: NDArray[np.float32], chosen: Choice, amplitude: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Take the chosen beats of each span.

    Parameters
    ----------
    qrs : (n_leads, time, n) float32
        QRS complexes in mV.
    chosen : Choice
        Of n_spans.
    amplitude : (n_leads, n_spans) float32
        In mV.

    Returns
    -------
    (n_leads, time, n_spans, most) float32
        In units of the amplitude. What is beyond the number of chosen beats has no meaning.
    """
    beats = qrs.take(chosen.index, axis=2)
    beats /= amplitude[:, None, :, None]
    return beats


def measure_distance(beats: NDArray[np.float32], shape: NDArray[np.float32]) -> NDArray[np.float32]:
    """Root mean square difference of beats from a shape, over time and leads.

    Parameters
    ----------
    beats : (n_leads, time, n_spans, most) float32
    shape : (n_leads, time, n_spans) float32

    Returns
    -------
    (n_spans, most) float32
    """
    difference = beats - shape[..., None]
    n_leads, length = shape.shape[:2]
    squares = np.einsum("ltsb,ltsb->sb", difference, difference)
    return np.sqrt(squares / np.float32(n_leads * length))


def divide_beats(
    beats: NDArray[np.float32],
    meant: NDArray[np.bool_],
    may_begin: NDArray[np.bool_],
    fewest: int,
) -> Division:
    """Divide the beats of each span into two shapes.

    Parameters
    ----------
    beats : (n_leads, time, n_spans, most) float32
    meant : (n_spans, most) bool
        Beats that are there.
    may_begin : (n_spans, most) bool
        Beats that the second shape may begin with. It begins with the one of them that is
        the `fewest`-th farthest from the median of all, so that fewer outliers make no shape.
    fewest : int

    Returns
    -------
    Division
        The first shape is the one that has the median of all to begin with.
    """
    first = _median(beats, meant)
    far = np.where(may_begin, measure_distance(beats, first), -1.0)
    seed = np.argsort(far, axis=1, kind="stable")[:, -min(fewest, far.shape[1])]
    second = np.take_along_axis(beats, seed[None, None, :, None], axis=3)[..., 0]
    for _ in range(ROUNDS):
        other = meant & (measure_distance(beats, second) < measure_distance(beats, first))
        first, second = _median(beats, meant & ~other), _median(beats, other)
    return Division(first, second, other)


def middle_distance(distance: NDArray[np.float32], some: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Median distance of some beats of each span, (n_spans,); infinite for none."""
    return row_medians(np.where(some, distance, np.inf), np.maximum(some.sum(axis=1), 1))


def are_meant(chosen: Choice) -> NDArray[np.bool_]:
    """Mark the places of each span that hold a chosen beat, (n_spans, most) bool."""
    return np.arange(chosen.index.shape[1]) < chosen.count[:, None]


def choose_some(chosen: Choice, some: NDArray[np.bool_]) -> Choice:
    """Choose some of the beats that were chosen, in their order."""
    order = np.argsort(~some, axis=1, kind="stable")
    return Choice(np.take_along_axis(chosen.index, order, axis=1), some.sum(axis=1))


def _median(beats: NDArray[np.float32], some: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Median over some beats of each span; that of the first beat for none."""
    rows = np.where(some, beats, np.float32(np.inf))
    none = ~some.any(axis=1)
    rows[:, :, none, 0] = beats[:, :, none, 0]
    return row_medians(rows, np.maximum(some.sum(axis=1), 1))
