"""The reference beats of a test split, and what a detector says of each of them.

A detector is evaluated on every reference beat, not on those alone that it found and could read: a
beat without a score is one that it did not flag. What it found where the reference has no beat is a
normal beat, which can be a false alarm.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class


@dataclass(frozen=True)
class ReferenceBeats:
    """Labelled beats of the test records.

    Attributes
    ----------
    record, subject, symbol : (n,) str
    sample : (n,) int64
        In samples of the record, ascending in each.
    tolerance : (n,) float64
        Largest distance, in samples, of a beat that counts as this one.
    """

    record: NDArray[np.str_]
    subject: NDArray[np.str_]
    symbol: NDArray[np.str_]
    sample: NDArray[np.int64]
    tolerance: NDArray[np.float64]


@dataclass(frozen=True)
class EvaluatedBeats:
    """Reference beats and false detections with the detector's score of each.

    Attributes
    ----------
    scores : BeatScores
        Reference beats first, in their order; ``symbol`` is ``""`` for a false detection.
    probability : (n, 5) float64
        Of each AAMI class; all N where the detector gives none.
    missed : (n,) bool
        Reference beats that the detector did not find or could not read.
    """

    scores: BeatScores
    probability: NDArray[np.float64]
    missed: NDArray[np.bool_]

    def select(self, rows: NDArray[np.bool_]) -> "EvaluatedBeats":
        """Return the beats of a mask."""
        return EvaluatedBeats(self.scores.select(rows), self.probability[rows], self.missed[rows])


def list_reference(beats: BeatSet, tolerance: NDArray[np.float64]) -> ReferenceBeats:
    """Take the labelled beats of a set cut at its reference positions, unreadable ones too."""
    rows = beats.labelled
    names = [f.name for f in fields(ReferenceBeats) if f.name != "tolerance"]
    columns = {name: getattr(beats, name)[rows] for name in names}
    return ReferenceBeats(**columns, tolerance=tolerance[rows])


def evaluate_beats(
    reference: ReferenceBeats,
    scored: BeatScores,
    probability: NDArray[np.floating] | None,
    escape_beats: str,
) -> EvaluatedBeats:
    """Give every reference beat the score of the beat found there.

    Parameters
    ----------
    reference : ReferenceBeats
        What is to be found.
    scored : BeatScores
        Beats that the detector found and could read.
    probability : (m, 5) or None
        Class probabilities of `scored`.
    escape_beats : {"S", "N"}
        Class of escape beats.

    Returns
    -------
    EvaluatedBeats
        A missed beat has a score below all others.
    """
    found = _find(reference, scored)
    false = np.setdiff1d(np.arange(len(scored.score)), found[found >= 0])
    lowest = float(scored.score.min()) - 1.0 if len(scored.score) else 0.0
    sure = np.zeros((len(scored.score) + 1, len(AAMI_CLASSES)))
    sure[:, 0] = 1.0
    if probability is not None:
        sure[:-1] = probability
    row = np.concatenate([found, false])  # -1 is the last row: nothing found
    mine = {name: getattr(reference, name) for name in ("record", "subject", "symbol", "sample")}
    theirs = {name: getattr(scored, name)[false] for name in mine}
    theirs["symbol"] = np.full(len(false), "", dtype="<U1")
    joined = {name: np.concatenate([mine[name], theirs[name]]) for name in mine}
    aami = np.concatenate([aami_class(reference.symbol, escape_beats), np.full(len(false), "N")])
    scores = BeatScores(score=np.append(scored.score, lowest)[row], aami=aami, **joined)
    return EvaluatedBeats(scores, sure[row], row < 0)


def _find(reference: ReferenceBeats, scored: BeatScores) -> NDArray[np.intp]:
    """Row of `scored` that is each reference beat, -1 where there is none."""
    found = np.full(len(reference.sample), -1, dtype=np.intp)
    for name in np.unique(reference.record):
        mine = np.flatnonzero(reference.record == name)
        theirs = np.flatnonzero(scored.record == name)
        reach = float(reference.tolerance[mine[0]])
        pair = match_beats(reference.sample[mine], scored.sample[theirs], reach)
        found[mine[pair[pair >= 0]]] = theirs[pair >= 0]
    return found
