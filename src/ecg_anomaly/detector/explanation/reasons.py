"""Explain flagged beats: what about them is far from the subject's template beat and rhythm.

The reasons are measured apart from the network, in fixed terms of electrocardiography. They
explain a flag, they do not cause it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.detector.explanation.reason_measures import NAMED_FROM, ReasonMeasure
from ecg_anomaly.detector.explanation.rhythm_reasons import find_in_rhythm
from ecg_anomaly.detector.explanation.shape_reasons import find_in_shape
from ecg_anomaly.detector.explanation.wording import SEPARATOR, Reason, describe_reason
from ecg_anomaly.features.beat_context import BeatsInContext

#: Reasons given for one beat at most.
MOST_REASONS = 4


def explain_beats(
    context: BeatsInContext,
    rows: NDArray[np.intp],
    lead_names: Sequence[tuple[str, ...]],
    window: BeatWindow,
) -> list[str]:
    """Return texts that explain why beats were flagged.

    Parameters
    ----------
    context : BeatsInContext
        All beats, with what they are compared with.
    rows : (n,) int
        Rows of the flagged beats; nothing is computed for others.
    lead_names : sequence of tuple of str
        For each of `rows` the names of the leads of its window; an absent lead may have any name.
    window : BeatWindow
        Of the beats.

    Returns
    -------
    list of str
        For each of `rows` a text of one to `MOST_REASONS` reasons, the strongest first.
    """
    if not len(rows):
        return []
    measures, order = _rank_measures(context, rows, window)
    together = describe_reason("together", 0.0).text
    best, of_kind = order.tolist(), dict[int, list[int]]()
    for row, kinds in enumerate(best):
        for kind in kinds:
            of_kind.setdefault(kind, []).append(row)
    # Of each kind the texts in the order of the rows, so that each row takes the next one.
    texts = {
        k: iter(measures[k].describe_all(some, [lead_names[row] for row in some]))
        for k, some in of_kind.items()
        if k >= 0
    }
    return [SEPARATOR.join([next(texts[k]) for k in kinds if k >= 0]) or together for kinds in best]


def find_reasons(
    context: BeatsInContext,
    rows: NDArray[np.intp],
    lead_names: Sequence[str],
    window: BeatWindow,
) -> list[list[Reason]]:
    """Return the reasons behind the texts of `explain_beats`, which takes the same.

    Parameters
    ----------
    context, rows, window
        As for `explain_beats`.
    lead_names : sequence of str
        Names of the leads of all windows.

    Returns
    -------
    list of list of Reason
        For each of `rows` one to `MOST_REASONS`, the strongest first.
    """
    if not len(rows):
        return []
    measures, order = _rank_measures(context, rows, window)
    names = tuple(lead_names)
    return [
        [measures[k].describe(row, names) for k in best if k >= 0]
        or [describe_reason("together", 0.0)]
        for row, best in enumerate(order.tolist())
    ]


def _rank_measures(
    context: BeatsInContext, rows: NDArray[np.intp], window: BeatWindow
) -> tuple[list[ReasonMeasure], NDArray[np.intp]]:
    """Measure every kind of reason; return which are strongest, (n_rows, `MOST_REASONS`), or -1."""
    beats = context.select(rows)
    measures = [*find_in_rhythm(beats), *find_in_shape(beats, window)]
    strength = np.array([measure.strength for measure in measures])
    strength[np.isnan(strength)] = 0
    order = np.argsort(-strength, axis=0, kind="stable")[:MOST_REASONS]
    weak = np.take_along_axis(strength, order, axis=0) < NAMED_FROM
    return measures, np.where(weak, -1, order).T
