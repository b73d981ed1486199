"""How far a vector lies from the nearest one of a normal beat.

Nearest neighbour novelty detection (Ramaswamy, Rastogi, Shim 2000, one neighbour). Normal beats
come in several shapes; a beat is usual when it resembles one of them, and the centre of them all,
which one distance from the mean asks for, may be like none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Usual beats that are kept, evenly spread over those of training.
MOST_BEATS = 2_000

#: Vectors that are compared at once, always so many: BLAS adds up products of another shape in
#: another order, and a beat's distance would depend on how many beats come with it.
_ROWS = 64

_FLOOR = 1e-9


@dataclass(frozen=True)
class UsualBeats:
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
        """Log of the root mean square distance of each ``(n, d)`` row from its nearest usual beat.

        Logarithms, so that the scores of several networks can be averaged.
        """
        n = len(vectors)
        scaled = np.zeros((-(-n // _ROWS), _ROWS, len(self.mean)))
        scaled.reshape(-1, len(self.mean))[:n] = (vectors - self.mean) / self.scale
        blocks = [self._nearest(block) for block in scaled]
        squared = np.concatenate([np.zeros(0), *blocks])[:n]
        return 0.5 * np.log(np.maximum(squared / self.vectors.shape[1], _FLOOR))

    def _nearest(self, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
        own, usual = (scaled**2).sum(axis=1), (self.vectors**2).sum(axis=1)
        nearest: NDArray[np.float64] = (usual - 2 * scaled @ self.vectors.T).min(axis=1)
        return own + nearest


def keep_usual_beats(vectors: NDArray[np.floating]) -> UsualBeats:
    """Keep what has to be known of normal beats, ``(n, d)`` vectors with n > 0."""
    values = vectors.astype(np.float64)
    spread = values.std(axis=0)
    # A column that never varied says nothing, however far a rounding error moves it.
    scale = np.where(spread > 1e-6, spread, 1.0)
    step = -(-len(values) // MOST_BEATS)
    mean = values.mean(axis=0)
    return UsualBeats(mean, scale, (values[::step] - mean) / scale)
