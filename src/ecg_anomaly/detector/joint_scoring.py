"""Score beats whose past is known, those of many recordings in one batch.

The beats of many recordings are compared with their past, described and given to the network at
once: far faster than a few beats at a time, with the same scores.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.lead_choice import only_first_lead
from ecg_anomaly.detector.decisions import place_texts
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.explanation.reasons import explain_beats
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.features.describe import describe
from ecg_anomaly.features.joint_context import compare_with_past
from ecg_anomaly.features.rhythm_context import Intervals
from ecg_anomaly.files.errors import UserError


@dataclass(frozen=True)
class ReadableBeats:
    """Readable beats of one recording that are read on the same leads.

    Attributes
    ----------
    rows : (n,) int
        Their rows among the beats that are decided on together.
    asked : AskedBeats
        The beats, and the leads and the past that they are compared with.
    measured : Intervals
        Their intervals, NaN where so much signal is missing that a beat may be lost in it.
    quality : (n,) float32
        From 1, without noise, to 0, lowered for some seconds after noise, see
        `ecg_anomaly.beats.beat_quality.limit_by_recent_quality`.
    leads : tuple of str
        Names of the leads they are read on.
    name : str
        Of the recording.
    time_s : (n,) float64
        R peaks in s.
    """

    rows: NDArray[np.intp]
    asked: AskedBeats
    measured: Intervals
    quality: NDArray[np.float32]
    leads: tuple[str, ...]
    name: str
    time_s: NDArray[np.float64]


@dataclass(frozen=True)
class ScoredBeats:
    """Scores and flags of `ReadableBeats`: all arrays are (n,), as in `BeatDecisions`.

    Attributes
    ----------
    rows : int
        As of the `ReadableBeats`.
    score : float64
    quality : float32
        As of the `ReadableBeats`, by which scores in doubt are lowered.
    flagged : bool
    reason, aami : object
        ``""`` for a beat that is not flagged.
    probability : float32
        NaN for a beat that is not flagged.
    """

    rows: NDArray[np.intp]
    score: NDArray[np.float64]
    quality: NDArray[np.float32]
    flagged: NDArray[np.bool_]
    reason: NDArray[np.object_]
    aami: NDArray[np.object_]
    probability: NDArray[np.float32]

    def select(self, part: slice, rows: NDArray[np.intp]) -> "ScoredBeats":
        """Return the scores of a part of the beats, which has these rows."""
        return ScoredBeats(
            rows, self.score[part], self.quality[part], self.flagged[part], self.reason[part],
            self.aami[part], self.probability[part],
        )  # fmt: skip


def score_together(
    detector: Detector, asked: Sequence[Sequence[ReadableBeats]]
) -> list[list[ScoredBeats]]:
    """Score the beats of some recordings, flag those above the threshold and say why.

    Parameters
    ----------
    detector : Detector
    asked : sequence of sequence of ReadableBeats
        Of each recording those of each choice of leads.

    Returns
    -------
    list of list of ScoredBeats
        In the same order.

    Raises
    ------
    UserError
        When the detector gives a score that is no number: it would be above no threshold, and the
        beat would pass for normal.
    """
    every = [part for parts in asked for part in parts]
    if not every:
        return [[] for _ in asked]
    found, edges = _score(detector, every), np.cumsum([0, *(len(part.rows) for part in every)])
    slices = (slice(*pair) for pair in pairwise(edges))
    each = (found.select(s, part.rows) for s, part in zip(slices, every, strict=True))
    return [[next(each) for _ in parts] for parts in asked]


def _score(detector: Detector, parts: list[ReadableBeats]) -> ScoredBeats:
    asked = [part.asked for part in parts]
    context = compare_with_past(asked, detector.features, detector.window)
    described = describe(context, detector.features.channels, detector.window)
    features = detector.transform.apply(described.values)
    inputs = unlabelled_inputs(described.sequence, features, described.odds)
    quality = np.concatenate([part.quality for part in parts])
    found = detector.score_inputs(inputs, only_first_lead(context.waveform), quality)
    _refuse_any_unscored(found.score, parts)
    flagged = decide(found.score, detector.threshold)
    reason, aami = _explain(detector, context, parts, flagged), found.aami.astype(object)
    aami[~flagged] = ""
    probability = np.where(flagged, found.probability, np.float32(np.nan))
    rows = np.concatenate([part.rows for part in parts])
    return ScoredBeats(rows, found.score, quality, flagged, reason, aami, probability)


def _explain(
    detector: Detector,
    context: BeatsInContext,
    parts: list[ReadableBeats],
    flagged: NDArray[np.bool_],
) -> NDArray[np.object_]:
    """Say why beats are flagged, those with leads of the same names together."""
    reason = np.full(len(flagged), "", object)
    if not flagged.any():
        return reason
    # Of an interval with missing signal in it, no reason may speak.
    measured = (
        np.concatenate([getattr(part.measured, name) for part in parts])
        for name in ("previous_s", "next_s")
    )
    context = replace(context, intervals=Intervals(*measured))
    names = list(dict.fromkeys(part.leads for part in parts))
    of_beat = np.repeat([names.index(p.leads) for p in parts], [len(p.rows) for p in parts])
    for number, leads in enumerate(names):
        rows = np.flatnonzero(flagged & (of_beat == number))
        texts = explain_beats(context, rows, leads, detector.window)
        reason[rows] = place_texts(texts, rows, len(flagged))[rows]
    return reason


def _refuse_any_unscored(score: NDArray[np.float64], parts: list[ReadableBeats]) -> None:
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
