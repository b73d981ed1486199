"""Which beats stand in too much noise to be read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import PreprocessConfig

NOISE, UNCLEAR = "noise", "no clear QRS"

#: Beats further away than this are no neighbours, s.
APART_S = 4.0

#: Beats that say together whether one of them can be read.
VOTERS = 5

Values = NDArray[np.float32]


@dataclass(frozen=True)
class BeatNoise:
    """Noise around beats; all (n,), in shares of the usual QRS complex where nothing else is said.

    Attributes
    ----------
    time_s : R peaks in s.
    roughness : median of the second difference of the lead within some seconds.
    unrest : root of the slope energy in the calmest part of the last and next five seconds.
    likeness : second best correlation with the two beats on either side, -1 to 1.
    """

    time_s: NDArray[np.float64]
    roughness: Values
    unrest: Values
    likeness: Values

    def name(self, config: PreprocessConfig) -> NDArray[np.str_]:
        """Say for which beats it is too much: ``"noise"``, ``"no clear QRS"`` or ``""``.

        A beat shares the fate of most of the `VOTERS` around it: what looks like a beat between
        two that cannot be read is none, and one that cannot among others is an odd beat.
        """
        rough = self.roughness > config.max_roughness
        unclear = (self.unrest > config.max_unrest) & (self.likeness < config.min_likeness)
        named = np.where(_most(rough | unclear, self.time_s), UNCLEAR, "").astype("<U16")
        named[_most(rough, self.time_s)] = NOISE
        return named


def is_certain(unreadable: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Tell from why beats cannot be read, (n,) str, which of them are beats for certain.

    In noise R peaks are found where there are none; elsewhere, say in a window with a gap, the
    R peak itself is one.
    """
    return (unreadable != NOISE) & (unreadable != UNCLEAR)


def _most(votes: NDArray[np.bool_], time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell of each beat whether most of the beats around it, and it, say so."""
    ayes, voters = votes.astype(np.intp), np.ones(len(votes), np.intp)
    for lag in range(1, VOTERS // 2 + 1):
        near = time_s[lag:] - time_s[:-lag] <= APART_S
        voters[lag:] += near
        voters[:-lag] += near
        ayes[lag:] += near & votes[:-lag]
        ayes[:-lag] += near & votes[lag:]
    return 2 * ayes > voters
