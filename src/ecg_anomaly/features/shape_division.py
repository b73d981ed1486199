"""Divide QRS complexes into two shapes: k-medians with two clusters, for many spans at once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.running_statistics import row_medians

#: Times that each beat is assigned to the nearer of two shapes.
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
    qrs: NDArray[np.float32], chosen: RowChoice, amplitude: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Take the chosen beats of each span.

    Parameters
    ----------
    qrs : (n_leads, time, n) float32
        QRS complexes in mV.
    chosen : RowChoice
        Of n_spans.
    amplitude : (n_leads, n_spans) float32
        In mV.

    Returns
    -------
    (n_leads, time, n_spans, most) float32
        In units of the amplitude. Beyond the number of chosen beats it is padding.
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
    filled: NDArray[np.bool_],
    may_begin: NDArray[np.bool_],
    fewest: int,
) -> Division:
    """Divide the beats of each span into two shapes.

    Parameters
    ----------
    beats : (n_leads, time, n_spans, most) float32
    filled : (n_spans, most) bool
        True for beats, False for padding.
    may_begin : (n_spans, most) bool
        Beats that may initialise the second shape: the `fewest`-th farthest of them from the
        median of all does, so that fewer outliers make no shape.
    fewest : int

    Returns
    -------
    Division
        The first shape is initialised with the median of all beats.
    """
    first = _median(beats, filled)
    far = np.where(may_begin, measure_distance(beats, first), -1.0)
    seed = np.argsort(far, axis=1, kind="stable")[:, -min(fewest, far.shape[1])]
    second = np.take_along_axis(beats, seed[None, None, :, None], axis=3)[..., 0]
    for _ in range(ROUNDS):
        other = filled & (measure_distance(beats, second) < measure_distance(beats, first))
        first, second = _median(beats, filled & ~other), _median(beats, other)
    return Division(first, second, other)


def middle_distance(distance: NDArray[np.float32], some: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Median distance of some beats of each span, (n_spans,); infinite for none."""
    return row_medians(np.where(some, distance, np.inf), np.maximum(some.sum(axis=1), 1))


def mark_filled(chosen: RowChoice) -> NDArray[np.bool_]:
    """Mark the entries of each span that are chosen beats and not padding, (n_spans, most) bool."""
    return np.arange(chosen.index.shape[1]) < chosen.count[:, None]


def choose_some(chosen: RowChoice, some: NDArray[np.bool_]) -> RowChoice:
    """Choose some of the chosen beats, by a mask ``(n_spans, most)``, in their order."""
    order = np.argsort(~some, axis=1, kind="stable")
    return RowChoice(np.take_along_axis(chosen.index, order, axis=1), some.sum(axis=1))


def _median(beats: NDArray[np.float32], some: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Median over some beats of each span; that of the first beat for none."""
    rows = np.where(some, beats, np.float32(np.inf))
    none = ~some.any(axis=1)
    rows[:, :, none, 0] = beats[:, :, none, 0]
    return row_medians(rows, np.maximum(some.sum(axis=1), 1))
