"""How far a vector lies from those of normal beats: the Mahalanobis distance.

Mahalanobis 1936; covariance shrunk by Ledoit and Wolf 2004, so that it can be inverted with few
beats and correlated columns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Shrinkage and covariance are estimated from so many beats at most.
MOST_BEATS = 50_000


@dataclass(frozen=True)
class NormalityModel:
    """Centre and inverse covariance of normal beats.

    Attributes
    ----------
    mean : (d,) float64
    precision : (d, d) float64
    """

    mean: NDArray[np.float64]
    precision: NDArray[np.float64]

    def distance(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """Mahalanobis distance of each row of an ``(n, d)`` array."""
        centred = vectors.astype(np.float64) - self.mean
        squared = np.einsum("nd,de,ne->n", centred, self.precision, centred, optimize=True)
        return np.sqrt(np.maximum(squared, 0.0))


def fit_normality(vectors: NDArray[np.floating]) -> NormalityModel:
    """Fit centre and covariance to vectors of normal beats, shape ``(n, d)``."""
    from sklearn.covariance import LedoitWolf

    step = -(-len(vectors) // MOST_BEATS)
    fitted = LedoitWolf().fit(vectors[::step].astype(np.float64))
    return NormalityModel(fitted.location_, fitted.precision_)
