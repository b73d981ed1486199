"""Decisions beside the truth, and the match of the two."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.record import Annotations, Record
from lab.benchmark.reference import EvaluatedBeats, ReferenceBeats, evaluate_beats
from lab.robustness.added_noise import Span

#: Largest distance of a found beat from the reference beat that it is (EC57).
TOLERANCE_S = 0.15


@dataclass(frozen=True)
class ScoredRecording:
    """A recording's decisions beside the truth.

    Attributes
    ----------
    name : str
    fs : float
        In Hz, of `marks` and decisions.
    duration_s : float
    marks : Annotations
    decisions : BeatDecisions
    spans : list of (float, float)
        Stretches to be judged, in s from the start.
    """

    name: str
    fs: float
    duration_s: float
    marks: Annotations
    decisions: BeatDecisions
    spans: list[Span]

    @classmethod
    def of(
        cls, record: Record, decisions: BeatDecisions, spans: list[Span] | None = None
    ) -> "ScoredRecording":
        """Put an annotated record's decisions beside its annotations; all of it by default."""
        assert record.annotations is not None
        whole = [(0.0, record.duration_s)]
        return cls(
            record.name,
            record.fs,
            record.duration_s,
            record.annotations,
            decisions,
            whole if spans is None else spans,
        )


def match_recordings(scored: list[ScoredRecording]) -> tuple[EvaluatedBeats, NDArray[np.bool_]]:
    """Match found beats with the reference, in whole recordings.

    Returns
    -------
    beats : EvaluatedBeats
        See `judge_beats`; n beats.
    inside : (n,) bool
        True in the stretches to be judged.
    """
    reference, found = _join_reference(scored), _join_scores(scored)
    beats = evaluate_beats(reference, found, None, "S")
    inside = np.zeros(len(beats.missed), dtype=bool)
    for one in scored:
        mine = beats.scores.record == one.name
        inside[mine] = is_inside(beats.scores.sample[mine] / one.fs, one.spans)
    return beats, inside


def is_inside(time_s: NDArray[np.float64], spans: list[Span]) -> NDArray[np.bool_]:
    """Mark times that lie in one of some stretches, their ends left out; all in s."""
    inside = np.zeros(len(time_s), dtype=bool)
    for start, stop in spans:
        inside |= (time_s >= start) & (time_s < stop)
    return inside


def _join_reference(scored: list[ScoredRecording]) -> ReferenceBeats:
    rows = [is_beat(one.marks.symbol) for one in scored]
    pairs = list(zip(scored, rows, strict=True))
    name = np.concatenate([np.full(r.sum(), one.name) for one, r in pairs])
    return ReferenceBeats(
        record=name,
        subject=name,
        symbol=np.concatenate([one.marks.symbol[r] for one, r in pairs]),
        sample=np.concatenate([one.marks.sample[r] for one, r in pairs]),
        tolerance=np.concatenate([np.full(r.sum(), TOLERANCE_S * one.fs) for one, r in pairs]),
    )


def _join_scores(scored: list[ScoredRecording]) -> BeatScores:
    rows = [one.decisions.unreadable == "" for one in scored]
    pairs = list(zip(scored, rows, strict=True))
    name = np.concatenate([np.full(r.sum(), one.name) for one, r in pairs])
    nameless = np.full(len(name), "", dtype="<U1")
    return BeatScores(
        score=np.concatenate([one.decisions.score[r] for one, r in pairs]),
        record=name,
        subject=name,
        aami=nameless,
        symbol=nameless,
        sample=np.concatenate([one.decisions.sample[r] for one, r in pairs]),
    )
