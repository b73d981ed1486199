"""One network in two engines: how far scores are apart, and whether a flag is."""

from dataclasses import dataclass

import numpy as np

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.scorer import BeatScorer


@dataclass(frozen=True)
class Parity:
    """How far two engines are apart.

    Attributes
    ----------
    n_beats : int
    score, probability : float
        Largest difference of a score (log odds of "not normal") and of any class's probability;
        0 for an autoencoder's probability, which has none.
    n_flags : int
        Beats that one engine flags and the other does not.
    largest_score : float
        Largest score without its sign: differences in single precision grow with it.
    """

    n_beats: int
    score: float
    probability: float
    n_flags: int
    largest_score: float


def compare_engines(
    one: BeatScorer, other: BeatScorer, inputs: BeatInputs, threshold: float
) -> Parity:
    """Score one beat or more twice and compare."""
    scores = [scorer.score(inputs) for scorer in (one, other)]
    outputs = [scorer.explain(inputs).get("probability", np.zeros(1)) for scorer in (one, other)]
    flags = [score > threshold for score in scores]
    return Parity(
        n_beats=len(inputs),
        score=float(np.abs(scores[0] - scores[1]).max()),
        probability=float(np.abs(outputs[0].astype(float) - outputs[1]).max()),
        n_flags=int((flags[0] != flags[1]).sum()),
        largest_score=float(np.abs(scores[0]).max()),
    )


def join_parities(parts: list[Parity]) -> Parity:
    """Add up counts, take the largest differences."""
    return Parity(
        n_beats=sum(p.n_beats for p in parts),
        score=max(p.score for p in parts),
        probability=max(p.probability for p in parts),
        n_flags=sum(p.n_flags for p in parts),
        largest_score=max(p.largest_score for p in parts),
    )
