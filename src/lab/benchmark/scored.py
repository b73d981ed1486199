"""A detector's scores of the validation split and on one test split, before they are evaluated."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.network.beat_scores import BeatScores, attach_scores
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.unit import evaluated_splits

#: The arrays of a unit by their names.
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class ScoredSplits:
    """Scores by split.

    Attributes
    ----------
    scores : dict of str to BeatScores
        ``"validation"`` and each test split.
    probability : dict of str to (n, 5)
        Class probabilities by split; empty for a detector without.
    """

    scores: dict[str, BeatScores]
    probability: dict[str, NDArray[np.floating]]


def attach_unit(arrays: Arrays, splits: Splits, column: str = "score") -> ScoredSplits:
    """Put the arrays of a unit beside the beats they are of.

    Parameters
    ----------
    arrays : dict
        From `train_unit` or `baseline_unit`.
    splits : Splits
        The inputs that were scored.
    column : str
        ``"score"``, or the name of a baseline.
    """
    inputs = evaluated_splits(splits)
    scores = {name: attach_scores(arrays[f"{name}.{column}"], x) for name, x in inputs.items()}
    odds = {n: arrays[f"{n}.probability"] for n in inputs if f"{n}.probability" in arrays}
    return ScoredSplits(scores, odds if column == "score" else {})


def join_units(units: list[Arrays]) -> Arrays:
    """Make an ensemble: the mean score (log odds) and the mean probability of every beat."""
    names = [n for n in units[0] if n.endswith((".score", ".probability"))]
    return {n: np.asarray(np.mean([unit[n] for unit in units], axis=0)) for n in names}


def average_units(
    detectors: list[list[list[Arrays]]],
) -> list[list[Arrays]]:
    """Make one detector of several: seed by seed and fold by fold the mean of their log odds.

    Parameters
    ----------
    detectors : list of list of list of dict
        For each detector, for each seed, a unit per fold. The first one names the effort.
    """
    return [
        [{**units[0], **join_units(list(units))} for units in zip(*seed, strict=True)]
        for seed in zip(*detectors, strict=True)
    ]


def cross_fit(folds: list[ScoredSplits]) -> ScoredSplits:
    """Join detectors that were trained on overlapping subjects and validated on different ones.

    Parameters
    ----------
    folds : list of ScoredSplits
        Equal test splits; validation splits of different subjects.

    Returns
    -------
    ScoredSplits
        The mean score of every test beat, and every validation beat with the score of the one
        detector that has not seen its subject.
    """
    first, scores = folds[0], dict[str, BeatScores]()
    for split in first.scores:
        parts = [fold.scores[split] for fold in folds]
        if split == "validation":
            scores[split] = concatenate_tables(parts)
        else:
            mean = np.asarray(np.mean([part.score for part in parts], axis=0))
            scores[split] = replace(parts[0], score=mean)
    tests = [split for split in first.probability if split != "validation"]
    probability = {s: np.asarray(np.mean([f.probability[s] for f in folds], axis=0)) for s in tests}
    return ScoredSplits(scores, probability)


def cross_fit_units(
    units: list[Arrays], folds: list[Splits], column: str = "score"
) -> ScoredSplits:
    """Attach the units of one detector, one per fold, and join them, see `cross_fit`."""
    pairs = zip(units, folds, strict=True)
    return cross_fit([attach_unit(unit, splits, column) for unit, splits in pairs])
