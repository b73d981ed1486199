"""Scores of beats that were read on one lead alone, restated as if there had been all.

A network that is given less says less: its scores of one lead lie closer together, and a threshold
that was chosen with two leads flags half of what it should. Normal validation beats are therefore
scored twice, and a score is restated by its place among them (quantile mapping), so that one
threshold, and one stated false-alarm rate, hold for both.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.threshold.normal_scores import LEVELS

#: Levels between which scores are restated; beyond, a few odd beats would decide, so the shift at
#: the end holds.
LOWEST, HIGHEST = 0.05, 0.998


@dataclass(frozen=True)
class FirstLead:
    """Scores of the same normal beats on all leads and on the first one; see `tabulate_scores`.

    Attributes
    ----------
    together, alone : (n,) float64
        Quantiles at `LEVELS`.
    """

    together: NDArray[np.float64]
    alone: NDArray[np.float64]

    def restate(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        """Say what a score of the first lead alone would be worth with all leads, (n,) float64."""
        inner = (LEVELS >= LOWEST) & (LEVELS <= HIGHEST)
        alone, shift = self.alone[inner], (self.together - self.alone)[inner]
        return score + np.interp(score, alone, shift)
