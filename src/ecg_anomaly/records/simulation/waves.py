"""The waves of one beat: Gaussian bumps on each lead, timed from the R peak."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEADS = ("MLII", "V1")
Rows = Sequence[tuple[float, float, float]]


@dataclass(frozen=True)
class Waves:
    """Gaussian bumps, all leads in one flat list.

    A wave (a, theta, b) of McSharry 2003 is, on the limit cycle at angular velocity omega,
    a bump of amplitude ``a b^2 / omega``, offset ``theta / omega`` and width ``b / omega``.
    Here the bump is stored, since its units can be read off an ECG.

    Attributes
    ----------
    lead : (n_waves,) int64
        Index into `LEADS`.
    amplitude_mv, offset_s, width_s : (n_waves,) float64
        Peak, time from the R peak and standard deviation, at an RR interval of one second.
    repolarisation : (n_waves,) bool
        True for ST and T, whose offset and width follow the RR interval.
    """

    lead: NDArray[np.int64]
    amplitude_mv: NDArray[np.float64]
    offset_s: NDArray[np.float64]
    width_s: NDArray[np.float64]
    repolarisation: NDArray[np.bool_]

    def scaled(self, gain: float) -> "Waves":
        """Copy with every amplitude multiplied by `gain`."""
        return replace(self, amplitude_mv=self.amplitude_mv * gain)

    def joined(self, other: "Waves") -> "Waves":
        """Sum of two beats: the waves of both."""
        fields = ("lead", "amplitude_mv", "offset_s", "width_s", "repolarisation")
        return Waves(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in fields))

    def depolarisation(self, lead: int, time_s: ArrayLike) -> NDArray[np.float64]:
        """QRS (or P) of one lead in mV at `time_s` (n,) seconds from the R peak."""
        mine = (self.lead == lead) & ~self.repolarisation
        distance = (np.asarray(time_s)[:, None] - self.offset_s[mine]) / self.width_s[mine]
        return np.exp(-0.5 * distance**2) @ self.amplitude_mv[mine]


def join_leads(depolarisation: Sequence[Rows], repolarisation: Sequence[Rows]) -> Waves:
    """Make `Waves` of (amplitude mV, offset s, width s) rows, one sequence of rows per lead."""
    lead, rows, late = [], [], []
    for group, is_late in ((depolarisation, False), (repolarisation, True)):
        for index, lead_rows in enumerate(group):
            lead += [index] * len(lead_rows)
            late += [is_late] * len(lead_rows)
            rows += list(lead_rows)
    table = np.array(rows, dtype=np.float64).reshape(-1, 3)
    return Waves(np.array(lead), table[:, 0], table[:, 1], table[:, 2], np.array(late, dtype=bool))


def vary_waves(waves: Waves, rng: np.random.Generator, spread: float = 1.0) -> Waves:
    """Draw a person's version: amplitude +-20 %, offset +-6 %, width +-8 % (one SD) times `spread`.

    The overall voltage of a lead varies as well, by 20 %. Deviations stop at two SD.
    """
    n = len(waves.lead)
    bounded = np.clip(rng.standard_normal((3, n)), -2, 2) * spread
    voltage = np.exp(0.2 * spread * np.clip(rng.standard_normal(len(LEADS)), -2, 2))
    return replace(
        waves,
        amplitude_mv=waves.amplitude_mv * np.exp(0.2 * bounded[0]) * voltage[waves.lead],
        offset_s=waves.offset_s * (1 + 0.06 * bounded[1]),
        width_s=waves.width_s * (1 + 0.08 * bounded[2]),
    )


def align_waves(waves: Waves) -> Waves:
    """Shift a beat so that the largest deflection of its QRS on MLII stands at time zero."""
    grid = np.arange(-0.15, 0.15, 0.0005)
    peak = grid[np.argmax(np.abs(waves.depolarisation(0, grid)))]
    return replace(waves, offset_s=waves.offset_s - peak)
