"""Measure how far a beat lies from the nearest normal beat of training.

Nearest neighbour novelty detection (Ramaswamy, Rastogi, Shim 2000, one neighbour). Normal beats
come in several shapes, and a beat is normal when it resembles one of them. The distance from the
mean of all normal beats would not do: no normal beat may look like that mean.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.onnx.onnx_network import Arrays

#: Normal beats that are kept at most, evenly spread over those of training.
MOST_BEATS = 2_000

#: Parts of the window whose reconstruction error counts separately.
N_PARTS = 8

#: Number of vectors that are compared at once, always the same: BLAS adds up products of another
#: shape in another order, and a beat's distance would depend on how many beats come with it.
_ROWS = 64

#: Smallest squared distance, and smallest reconstruction error, whose logarithm is taken.
_FLOOR, _SMALLEST_ERROR = 1e-9, 1e-6


@dataclass(frozen=True)
class NormalBeats:
    """Vectors of normal beats, each column in units of its spread.

    Attributes
    ----------
    mean, scale : (d,) float64
        Of each column over the normal beats.
    vectors : (m, d) float64
        The beats that are kept, centred and scaled.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    vectors: NDArray[np.float64]

    def log_distance(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """Log of the root mean square distance of each ``(n, d)`` row from its nearest normal beat.

        Logarithms, so that the scores of several networks can be averaged. The result is (n,),
        finite even for a beat that is kept itself.
        """
        n = len(vectors)
        scaled = np.zeros((-(-n // _ROWS), _ROWS, len(self.mean)))
        scaled.reshape(-1, len(self.mean))[:n] = (vectors - self.mean) / self.scale
        blocks = [self._nearest(block) for block in scaled]
        squared = np.concatenate([np.zeros(0), *blocks])[:n]
        return 0.5 * np.log(np.maximum(squared / self.vectors.shape[1], _FLOOR))

    def _nearest(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        own, normal = (scaled**2).sum(axis=1), (self.vectors**2).sum(axis=1)
        nearest: NDArray[np.float64] = (normal - 2 * scaled @ self.vectors.T).min(axis=1)
        return own + nearest


def keep_normal_beats(vectors: NDArray[np.floating]) -> NormalBeats:
    """Scale the ``(n, d)`` vectors of normal beats, n > 0, and keep `MOST_BEATS` of them."""
    values = vectors.astype(np.float64)
    spread = values.std(axis=0)
    # A column that never varied says nothing, however far a rounding error moves it.
    scale = np.where(spread > 1e-6, spread, 1.0)
    step = -(-len(values) // MOST_BEATS)
    mean = values.mean(axis=0)
    return NormalBeats(mean, scale, (values[::step] - mean) / scale)


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
    errors = np.concatenate([np.log(part.mean(axis=1) + _SMALLEST_ERROR) for part in parts], axis=1)
    return np.concatenate([errors, outputs["latent"], inputs.features], axis=1)
