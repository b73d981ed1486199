"""Turn the outputs of a network into one anomaly score per beat: larger is more anomalous."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.nearest_neighbour import NormalBeats, keep_normal_beats
from ecg_anomaly.network.onnx.onnx_network import Arrays

#: Parts of the window whose reconstruction error counts separately.
N_PARTS = 8

_FLOOR = 1e-6

#: Smallest float32 with all its digits: below it no probability keeps a rank.
_SMALLEST_PROBABILITY = float(np.finfo(np.float32).tiny)


class Network(Protocol):
    """Anything that maps named arrays of beats to named outputs."""

    def run(self, arrays: Arrays) -> Arrays:
        """Run on any number of beats."""


class BeatScorer:
    """Scores beats with a network and what was learned of its outputs on normal beats.

    Parameters
    ----------
    kind : {"lstm_contrast", "lstm_autoencoder", "lstm_classifier"}
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
            those of the nearest normal beat. The others: log odds of "not normal".
        """
        outputs = self._network.run(_arrays(inputs))
        if self.kind != "lstm_autoencoder":
            return score_probability(outputs["probability"])
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


def evidence_vectors(inputs: BeatInputs, outputs: Arrays) -> NDArray[np.float64]:
    """Lay side by side the numbers in which an abnormal beat differs from normal ones.

    Returns
    -------
    (n, d) float64
        Log of the reconstruction error in `N_PARTS` parts of the window for each channel, the
        latent vector, and the scaled features.
    """
    squared = (outputs["reconstruction"] - inputs.sequence).astype(np.float64) ** 2
    parts = np.array_split(squared, min(N_PARTS, squared.shape[1]), axis=1)
    errors = np.concatenate([np.log(part.mean(axis=1) + _FLOOR) for part in parts], axis=1)
    return np.concatenate([errors, outputs["latent"], inputs.features], axis=1)


def score_probability(probability: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log odds of "not normal" from class probabilities, first column N.

    Odds keep the ranking where a float32 probability has long rounded to 1.

    Parameters
    ----------
    probability : (n, n_classes) float32

    Returns
    -------
    (n,) float64
        Finite for every probability in [0, 1].
    """
    p = probability.astype(np.float64)
    odds = np.maximum([p[:, 1:].sum(axis=1), p[:, 0]], _SMALLEST_PROBABILITY)
    return np.log(odds[0]) - np.log(odds[1])


def _arrays(inputs: BeatInputs) -> Arrays:
    return {"sequence": inputs.sequence, "features": inputs.features}
