"""Turn the outputs of a network into one anomaly score per beat: larger is more anomalous."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.nearest_neighbour import NormalBeats, evidence_vectors, keep_normal_beats
from ecg_anomaly.network.onnx.onnx_network import Arrays
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Outputs of a classifier: class probabilities learned from labelled beats, and in
#: ``lstm_multitask`` also those learned from normal and synthetic beats. ``lstm_contrast`` learns
#: its only output, the first, from normal and synthetic beats.
HEADS = ("probability", "synthetic_probability")

#: Weight of the log odds by the RR intervals alone in the score, and the kinds of networks that
#: take them: a network trained without labels does not, since the odds were learned from labels.
#: Chosen by svdb and by DS1 of MIT-BIH, each left out (docs/detection-experiments.md).
INTERVAL_WEIGHT, LABELLED_KINDS = 0.3, ("lstm_multitask", "lstm_classifier")


#: Smallest float32 with all its digits: below it no probability keeps a rank.
_SMALLEST_PROBABILITY = float(np.finfo(np.float32).tiny)

_ABNORMAL_CLASSES = np.array(AAMI_CLASSES[1:])


def heads_of(kind: str) -> tuple[str, ...]:
    """Names of the outputs with class probabilities that a kind of network has, see `HEADS`."""
    return {"lstm_multitask": HEADS, "lstm_autoencoder": ()}.get(kind, HEADS[:1])


class Network(Protocol):
    """Anything that maps named arrays of beats to named outputs."""

    def run(self, arrays: Arrays) -> Arrays:
        """Run on any number of beats."""


@dataclass(frozen=True)
class ScoredInputs:
    """Scores and classes of beats by a network.

    Attributes
    ----------
    score : (n,) float64
        Larger is more anomalous.
    aami : (n,) str
        The most probable AAMI class but N; ``""`` for a network that knows no classes.
    probability : (n,) float32
        Its probability among the classes but N; NaN without classes.
    ventricular, fusion : (n,) float32
        Probability of V and of F among all classes, N included; NaN without classes.
    """

    score: NDArray[np.float64]
    aami: NDArray[np.str_]
    probability: NDArray[np.float32]
    ventricular: NDArray[np.float32]
    fusion: NDArray[np.float32]


class BeatScorer:
    """Scores beats with a network and what was learned of its outputs on normal beats.

    Parameters
    ----------
    kind : {"lstm_multitask", "lstm_contrast", "lstm_autoencoder", "lstm_classifier"}
        How outputs become a score.
    network : Network
        The trained network.
    calibration : mapping of str to array
        For the autoencoder ``mean``, ``scale`` and ``vectors`` of `NormalBeats`; empty
        for the other kinds.
    """

    def __init__(
        self, kind: str, network: Network, calibration: Mapping[str, NDArray[np.float64]]
    ) -> None:
        self.kind, self._network = kind, network
        self.calibration = dict(calibration)

    def score(self, inputs: BeatInputs) -> NDArray[np.float64]:
        """Score beats.

        Returns
        -------
        (n,) float64
            Autoencoder: log distance of reconstruction errors, latent vector and features from
            those of the nearest normal beat. The others: log odds of "not normal", the mean of
            both outputs where there are two. For a network that learns from labels the log odds by
            the RR intervals alone are added, times `INTERVAL_WEIGHT`.
        """
        return self.evaluate(inputs).score

    def evaluate(self, inputs: BeatInputs) -> ScoredInputs:
        """Score beats and name the class that each most probably is of if it is abnormal."""
        outputs = self._network.run(_arrays(inputs))
        return ScoredInputs(self._score(inputs, outputs), *name_classes(outputs, len(inputs)))

    def _score(self, inputs: BeatInputs, outputs: Arrays) -> NDArray[np.float64]:
        if self.kind != "lstm_autoencoder":
            score = score_outputs(outputs)
            return score + INTERVAL_WEIGHT * inputs.odds if self.kind in LABELLED_KINDS else score
        return NormalBeats(**self.calibration).log_distance(evidence_vectors(inputs, outputs))

    def explain(self, inputs: BeatInputs) -> Arrays:
        """Return the network's outputs: reconstruction or class probability, and latent vector."""
        return self._network.run(_arrays(inputs))


def calibrate_scorer(kind: str, network: Network, normal: BeatInputs) -> BeatScorer:
    """Make a scorer from a trained network and the normal beats that it is calibrated on.

    Parameters
    ----------
    kind : str
        Kind of the network, see `BeatScorer`.
    network : Network
        The trained network.
    normal : BeatInputs
        Normal training beats; only the autoencoder needs them.
    """
    if kind != "lstm_autoencoder":
        return BeatScorer(kind, network, {})
    kept = keep_normal_beats(evidence_vectors(normal, network.run(_arrays(normal))))
    return BeatScorer(kind, network, vars(kept))


def score_outputs(outputs: Arrays) -> NDArray[np.float64]:
    """Mean log odds of "not normal", (n,) float64, over the networks and their outputs `HEADS`.

    Parameters
    ----------
    outputs : dict of str to array
        ``(n, n_classes)`` of one network or ``(n, n_networks, n_classes)`` of several.
    """
    heads = [outputs[name] for name in HEADS if name in outputs]
    mean = score_probability(np.array(heads)).sum(axis=0) / len(heads)
    return mean if mean.ndim == 1 else mean.sum(axis=1) / mean.shape[1]


def name_classes(
    outputs: Arrays, n: int
) -> tuple[NDArray[np.str_], NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Most probable AAMI class but N of each of n beats, and how probable V and F are.

    Parameters
    ----------
    outputs : dict of str to array
        As for `score_outputs`; the class is read from the first of `HEADS`, the mean over networks.
    n : int
        Number of beats.

    Returns
    -------
    aami, probability, ventricular, fusion : (n,) str and three (n,) float32
        As in `ScoredInputs`; ``""`` and NaN where the network gives no classes.
    """
    if HEADS[0] not in outputs:
        unknown = np.full(n, np.nan, np.float32)
        return np.full(n, "", "<U1"), unknown, unknown, unknown
    every = outputs[HEADS[0]].astype(np.float64)
    probability = every if every.ndim == 2 else every.sum(axis=1) / every.shape[1]
    abnormal = probability[:, 1:]
    place = abnormal.argmax(axis=1)
    share = abnormal.max(axis=1) / np.maximum(abnormal.sum(axis=1), _SMALLEST_PROBABILITY)
    ventricular, fusion = (
        probability[:, AAMI_CLASSES.index(name)].astype(np.float32) for name in "VF"
    )
    return _ABNORMAL_CLASSES[place], share.astype(np.float32), ventricular, fusion


def score_probability(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log odds of "not normal" from class probabilities, first column N.

    Odds keep the ranking where a float32 probability has long rounded to 1.

    Parameters
    ----------
    probability : (..., n_classes) float32

    Returns
    -------
    (...) float64
        Finite for every probability in [0, 1].
    """
    p = probability.astype(np.float64)
    shares = p[..., 1:].sum(axis=-1), p[..., 0]
    abnormal, normal = (np.log(np.maximum(share, _SMALLEST_PROBABILITY)) for share in shares)
    return abnormal - normal


def _arrays(inputs: BeatInputs) -> Arrays:
    return {"sequence": inputs.sequence, "features": inputs.features}
