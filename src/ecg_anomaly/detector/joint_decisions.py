"""Put together the decisions on the beats of many recordings: column by column, for all at once."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, place_texts
from ecg_anomaly.detector.lead_plan import LeadPlan
from ecg_anomaly.detector.scored_beats import ReadableBeats, ScoredBeats
from ecg_anomaly.features.beats_with_past import BeatsWithPast, measure_rr


def make_decisions(
    every: Sequence[tuple[LeadPlan, BeatsWithPast]],
    readable: Sequence[Sequence[ReadableBeats]],
    scored: ScoredBeats,
) -> list[BeatDecisions]:
    """Put together the decisions on beats, of which the readable ones have been scored.

    Parameters
    ----------
    every : sequence of (LeadPlan, BeatsWithPast)
        Of each recording its leads and its beats.
    readable : sequence of sequence of ReadableBeats
        Of each recording those of its beats that can be read.
    scored : ScoredBeats
        Of all of these, from `score_together`.

    Returns
    -------
    list of BeatDecisions
        Of each recording, on its samples as they were searched.
    """
    if not every:
        return []
    edges = [0, *accumulate(ready.until - ready.since for _, ready in every)]
    rows: NDArray[np.intp] | None = None  # as nearly always: of all beats, in order
    if len(scored.score) < edges[-1] or any(len(parts) > 1 for parts in readable):
        moved = [p.rows + edge for edge, parts in zip(edges, readable, strict=False) for p in parts]
        rows = np.concatenate([np.zeros(0, np.intp), *moved])
    whole = _join(every, scored, rows)
    if len(every) == 1:
        return [whole]
    columns = list(vars(whole).values())
    return [
        BeatDecisions(*[column[start:stop] for column in columns])
        for start, stop in pairwise(edges)
    ]


def _join(
    every: Sequence[tuple[LeadPlan, BeatsWithPast]],
    scored: ScoredBeats,
    rows: NDArray[np.intp] | None,
) -> BeatDecisions:
    """Put together the decisions on the beats of all recordings, one after the other.

    `rows` are those of the scored beats among them; None where all have been, in their order.
    """
    known, own = [r.known for _, r in every], [slice(r.since, r.until) for _, r in every]
    names = "sample", "time_s", "unreadable", "quality", "clipped", "bridged"
    sample, time_s, unreadable, quality, clipped, bridged = (
        np.concatenate([vars(k)[name][rows] for k, rows in zip(known, own, strict=True)])
        for name in names
    )
    found = scored if rows is None else scored.spread(rows, quality)
    hidden = np.flatnonzero(unreadable != "")
    texts = place_texts(unreadable[hidden].tolist(), hidden, len(sample))
    choices = [(plan, r.known.choice[o].tolist()) for (plan, r), o in zip(every, own, strict=True)]
    leads = np.array([plan.names[c][0] for plan, some in choices for c in some], object)
    return BeatDecisions(
        sample, time_s, found.score, found.flagged, texts, found.quality, clipped, bridged,
        measure_rr([ready for _, ready in every], time_s), found.reason, found.aami,
        found.probability, leads, found.ventricular, found.fusion,
    )  # fmt: skip
