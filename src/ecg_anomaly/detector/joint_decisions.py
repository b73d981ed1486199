"""Put together the decisions on the beats of many recordings: column by column, for all at once."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, place_texts
from ecg_anomaly.detector.lead_plan import LeadPlan
from ecg_anomaly.detector.scored_beats import ScoredBeats
from ecg_anomaly.features.beats_with_past import BeatsWithPast


def make_decisions(
    every: Sequence[tuple[LeadPlan, BeatsWithPast]], scored: Sequence[Sequence[ScoredBeats]]
) -> list[BeatDecisions]:
    """Put together the decisions on beats, of which the readable ones have been scored.

    Parameters
    ----------
    every : sequence of (LeadPlan, BeatsWithPast)
        Of each recording its leads and its beats.
    scored : sequence of sequence of ScoredBeats
        Of each recording, from `score_together`.

    Returns
    -------
    list of BeatDecisions
        Of each recording, on its samples as they were searched.
    """
    if not every:
        return []
    edges = np.cumsum([0, *(ready.until - ready.since for _, ready in every)])
    whole = _join(every, scored, edges)
    if len(every) == 1:
        return [whole]
    columns = list(vars(whole).values())
    return [
        BeatDecisions(*[column[start:stop] for column in columns])
        for start, stop in pairwise(edges.tolist())
    ]


def _join(
    every: Sequence[tuple[LeadPlan, BeatsWithPast]],
    scored: Sequence[Sequence[ScoredBeats]],
    edges: NDArray[np.intp],
) -> BeatDecisions:
    """Put together the decisions on the beats of all recordings, one after the other."""
    n, own = int(edges[-1]), [slice(ready.since, ready.until) for _, ready in every]
    names = "sample", "time_s", "unreadable", "quality", "clipped", "bridged"
    sample, time_s, unreadable, quality, clipped, bridged = (
        np.concatenate(
            [getattr(r.known, name)[rows] for (_, r), rows in zip(every, own, strict=True)]
        )
        for name in names
    )
    score, reason = np.full(n, np.nan), np.full(n, "", object)
    aami = np.full(n, "", object)
    probability, ventricular, fusion = (np.full(n, np.nan, np.float32) for _ in range(3))
    flagged = np.zeros(n, bool)
    for edge, parts in zip(edges.tolist(), scored, strict=False):
        for part in parts:
            rows = part.rows + edge
            score[rows], reason[rows], flagged[rows] = part.score, part.reason, part.flagged
            aami[rows], probability[rows] = part.aami, part.probability
            ventricular[rows], fusion[rows] = part.ventricular, part.fusion
            quality[rows] = part.quality
    rows = np.flatnonzero(unreadable != "")
    texts = place_texts(unreadable[rows].tolist(), rows, n)
    leads = [plan.first_names[r.known.choice[o]] for (plan, r), o in zip(every, own, strict=True)]
    rr_s = np.concatenate([ready.rr_s for _, ready in every])
    return BeatDecisions(
        sample, time_s, score, flagged, texts, quality, clipped, bridged, rr_s, reason, aami,
        probability, np.concatenate(leads), ventricular, fusion,
    )  # fmt: skip
