"""Candidates for beats: moments of high energy, among which the beats are chosen."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: A candidate has at least this share of the height of the usual QRS complex.
LEAST_HEIGHT = 0.33


@dataclass(frozen=True)
class Candidates:
    """Moments that may be beats, in order.

    Attributes
    ----------
    sample : (n,) int64
        Where the energy is highest, in averaged samples.
    height : (n,) float64
        Root of the energy, 1 being the usual QRS complex.
    noise : (n,) float64
        Root of the energy between QRS complexes, in the same unit.
    r_peak : (n,) int64
        Where the R peak is if this is a beat, in samples of the recording.
    """

    sample: NDArray[np.int64]
    height: NDArray[np.float64]
    noise: NDArray[np.float64]
    r_peak: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sample)

    @classmethod
    def none(cls) -> "Candidates":
        """Return no candidates."""
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls(whole, real, real, whole)

    def select(self, rows: NDArray[Any] | slice) -> "Candidates":
        """Return the candidates of a mask, of indices or of a slice."""
        return Candidates(*[getattr(self, name)[rows] for name in _COLUMNS])


_COLUMNS = tuple(field.name for field in fields(Candidates))


def join_candidates(parts: list[Candidates]) -> Candidates:
    """Join candidates in order."""
    return Candidates(*[np.concatenate([getattr(p, name) for p in parts]) for name in _COLUMNS])
