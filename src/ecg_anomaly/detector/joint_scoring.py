"""Score beats whose past is known, those of many recordings in one batch.

The beats of many recordings are compared with their past, described and given to the network at
once: far faster than a few beats at a time, with the same scores.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_quality import RECENT_BEATS, RatedBeats, limit_by_recent_quality
from ecg_anomaly.beats.lead_choice import only_first_lead
from ecg_anomaly.detector.decisions import place_texts
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.explanation.reasons import explain_beats
from ecg_anomaly.detector.scored_beats import ReadableBeats, ScoredBeats, no_scores
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.features.describe import describe
from ecg_anomaly.features.joint_context import compare_with_past
from ecg_anomaly.features.rhythm_context import Intervals
from ecg_anomaly.files.errors import UserError


def score_together(detector: Detector, parts: Sequence[ReadableBeats]) -> ScoredBeats:
    """Score the beats of some recordings, flag those above the threshold and say why.

    Parameters
    ----------
    detector : Detector
    parts : sequence of ReadableBeats
        Of each recording those of each choice of leads.

    Returns
    -------
    ScoredBeats
        Of all of them, in the same order.

    Raises
    ------
    UserError
        When the detector gives a score that is no number: it would be above no threshold, and the
        beat would pass for normal.
    """
    if not parts:
        return no_scores()
    asked = [part.asked for part in parts]
    context = compare_with_past(asked, detector.features, detector.window)
    described = describe(context, detector.features.channels, detector.window)
    features = detector.transform.apply(described.values)
    inputs = unlabelled_inputs(described.sequence, features, described.odds)
    quality = _rate(asked)
    found = detector.score_inputs(inputs, only_first_lead(context.waveform), quality)
    _refuse_any_unscored(found.score, parts)
    flagged = decide(found.score, detector.threshold)
    reason, aami = _explain(detector, context, parts, flagged), found.aami.astype(object)
    aami[~flagged] = ""
    probability = np.where(flagged, found.probability, np.float32(np.nan))
    return ScoredBeats(
        found.score, quality, flagged, reason, aami, probability, found.ventricular, found.fusion
    )


def _rate(asked: list[AskedBeats]) -> NDArray[np.float32]:
    """Rate the quality of beats by their own noise and that of the beats before them."""
    every = list({id(a.ready): a.ready for a in asked}.values())
    parts = []
    for ready in every:
        oldest, known = max(0, ready.since - RECENT_BEATS), ready.known
        past = slice(oldest, ready.until)
        part = known.quality[past], known.unreadable[past], known.time_s[past], ready.since - oldest
        parts.append(RatedBeats(*part))
    quality = limit_by_recent_quality(parts)
    if len(every) == len(asked) and len(quality) == sum(len(a.rows) for a in asked):
        return quality  # as nearly always: all can be read, on one choice of leads
    edges = np.cumsum([0, *(ready.until - ready.since for ready in every)])
    first = {id(ready): edge for ready, edge in zip(every, edges[:-1], strict=True)}
    return quality[np.concatenate([a.rows + first[id(a.ready)] for a in asked])]


def _explain(
    detector: Detector,
    context: BeatsInContext,
    parts: Sequence[ReadableBeats],
    flagged: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Say why beats are flagged; ``""`` for the others."""
    rows, n = np.flatnonzero(flagged), len(flagged)
    if not len(rows):
        return np.full(n, "", object)
    edges = [0, *accumulate(len(part.rows) for part in parts)]
    of_rows = (np.searchsorted(edges, rows, side="right") - 1).tolist()
    # Of an interval with missing signal in it, no reason may speak.
    measured = Intervals(np.full(n, np.nan), np.full(n, np.nan))
    for place in set(of_rows):
        span, own = slice(edges[place], edges[place + 1]), parts[place].measured
        measured.previous_s[span], measured.next_s[span] = own.previous_s, own.next_s
    names = [parts[place].leads for place in of_rows]
    texts = explain_beats(replace(context, intervals=measured), rows, names, detector.window)
    return place_texts(texts, rows, n)


def _refuse_any_unscored(score: NDArray[np.float64], parts: Sequence[ReadableBeats]) -> None:
    if not np.isfinite(score).all():
        edges = np.cumsum([0, *(len(part.rows) for part in parts)])
        for part, (start, stop) in zip(parts, pairwise(edges), strict=True):
            refuse_unscored(score[start:stop], part.time_s, part.name)


def refuse_unscored(score: NDArray[np.float64], time_s: NDArray[np.float64], name: str) -> None:
    """Refuse scores that are no number: they are above no threshold, and would pass for normal.

    Parameters
    ----------
    score, time_s : (n,) float64
        Of readable beats, and their R peaks in s.
    name : str
        Of the recording.

    Raises
    ------
    UserError
        Names the first beat without a score.
    """
    wrong = np.flatnonzero(~np.isfinite(score))
    if len(wrong):
        rule = f"the detector gives no finite score for the beat at {time_s[wrong[0]]:.2f} s"
        raise UserError(name, rule, "take another detector, and report it")
