"""Beats as they are drawn: leads, name, score."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.exploration.annotation_codes import MEANINGS


@dataclass(frozen=True)
class DrawnBeats:
    """Beats to draw side by side.

    Attributes
    ----------
    leads : (n, samples, n_leads) float
        The signal alone, in shares of the person's usual peak-to-peak amplitude.
    symbol : (n,) str
    score : (n,) float64
    fs : float
        Hz.
    """

    leads: NDArray[np.floating]
    symbol: NDArray[np.str_]
    score: NDArray[np.float64]
    fs: float

    @property
    def duration_s(self) -> float:
        """Length of the window in s."""
        return self.leads.shape[1] / self.fs

    def name(self, row: int) -> str:
        """Say what the reference calls a beat."""
        symbol = str(self.symbol[row])
        return MEANINGS.get(symbol, f"beat labelled {symbol}")

    def title(self, row: int) -> str:
        """Say what a beat is, and its score."""
        return f"{self.name(row).capitalize()}, score {self.score[row]:.1f}"
