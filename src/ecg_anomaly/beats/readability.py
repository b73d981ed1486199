"""Decide whether the window of a beat can be read, and name the reason when it cannot."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import PreprocessConfig

#: Reasons, the strongest first: where several apply, the first one is given.
OUTSIDE, MISSING, FLAT, CLIPPED, IMPLAUSIBLE, NOISE, UNCLEAR = (
    "outside record", "missing samples", "flat", "clipped", "implausible", "noise", "no clear QRS",
)  # fmt: skip

#: A text array of this type holds any reason.
REASON_TYPE = "<U16"

#: Beats further apart than this are no neighbours, s.
APART_S = 4.0

#: The majority of this number of neighbouring beats decides whether one of them is too noisy.
VOTERS = 5

Values = NDArray[np.float32]


@dataclass(frozen=True)
class NoiseLimits:
    """How much noise still leaves a beat readable.

    Attributes
    ----------
    roughness, unrest : float
        Largest values of a readable beat.
    likeness : float
        A beat that is at least so like its neighbours is readable despite unrest.
    """

    roughness: float
    unrest: float
    likeness: float

    @classmethod
    def from_config(cls, config: PreprocessConfig) -> "NoiseLimits":
        """Take the limits that are configured for preprocessing."""
        return cls(config.max_roughness, config.max_unrest, config.min_likeness)


@dataclass(frozen=True)
class BeatNoise:
    """Noise around the beats of a lead, as `measure_noise` measures it.

    Attributes
    ----------
    time_s : (n,) float64
        R peaks in s, ascending.
    roughness : (n,) float32
        Median second difference of the lead within some seconds, 1 being a usual QRS complex.
    unrest : (n,) float32
        Root of the slope energy in the calmest part of the last and next five seconds, in the same
        unit.
    likeness : (n,) float32
        Second best correlation with the two beats on either side, -1 to 1.
    """

    time_s: NDArray[np.float64]
    roughness: Values
    unrest: Values
    likeness: Values

    def name(self, limits: NoiseLimits) -> NDArray[np.str_]:
        """Name the noise of the beats that it makes unreadable.

        The majority of the `VOTERS` around a beat decides. A peak between two that are lost in
        noise is probably no beat; a single odd peak among clean beats is a beat.

        Returns
        -------
        (n,) str
            `NOISE`, `UNCLEAR`, or ``""`` for a beat that can be read.
        """
        rough = self.roughness > limits.roughness
        unclear = (self.unrest > limits.unrest) & (self.likeness < limits.likeness)
        named = np.where(_most(rough | unclear, self.time_s), UNCLEAR, "").astype(REASON_TYPE)
        named[_most(rough, self.time_s)] = NOISE
        return named


def is_flat(window: NDArray[np.float32], flat_mv: float) -> NDArray[np.bool_]:
    """Tell which windows show no signal, such as those of an electrode that came off.

    Parameters
    ----------
    window : (n, n_samples) float32
        Filtered, mV.
    flat_mv : float
        Difference between the largest and the smallest value of a flat window, mV.

    Returns
    -------
    (n,) bool
    """
    if not len(window):
        return np.zeros(0, dtype=bool)
    return np.asarray(np.ptp(window, axis=1) < flat_mv)


def name_unreadable(
    window: NDArray[np.float32],
    outside: NDArray[np.bool_],
    missing: NDArray[np.bool_],
    clipped: NDArray[np.bool_],
    noise: NDArray[np.str_],
    *,
    flat_mv: float,
    max_amplitude_mv: float,
) -> NDArray[np.str_]:
    """Name the reason why each window of one lead cannot be read.

    Parameters
    ----------
    window : (n, n_samples) float32
        Filtered, mV.
    outside, missing, clipped : (n,) bool
        True where the window reaches beyond the record, holds missing samples, and holds samples
        at which the recorder ran out of range.
    noise : (n,) str
        `NOISE`, `UNCLEAR` or ``""``, see `BeatNoise.name`.
    flat_mv : float
        See `is_flat`.
    max_amplitude_mv : float
        A larger amplitude does not come from a heart.

    Returns
    -------
    (n,) str
        One of the reasons of this module, or ``""`` for a window that can be read.
    """
    reasons = {
        IMPLAUSIBLE: np.abs(window).max(axis=1, initial=0) > max_amplitude_mv,
        CLIPPED: clipped,
        FLAT: is_flat(window, flat_mv),
        MISSING: missing,
        OUTSIDE: outside,
    }
    reason = noise.astype(REASON_TYPE)
    for name, where in reasons.items():
        reason[where] = name
    return reason


def is_certain(unreadable: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Tell which beats have a reliable R peak, although their windows may be unreadable.

    Parameters
    ----------
    unreadable : (n,) str
        Reasons, ``""`` for beats that can be read.

    Returns
    -------
    (n,) bool
        False in noise, where R peaks are found that do not exist. True for other reasons: a window
        with a gap, for example, belongs to a beat that exists.
    """
    return (unreadable != NOISE) & (unreadable != UNCLEAR)


def _most(votes: NDArray[np.bool_], time_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell for each beat whether most of the beats around it, itself included, have a vote."""
    ayes, voters = votes.astype(np.intp), np.ones(len(votes), np.intp)
    for lag in range(1, VOTERS // 2 + 1):
        near = time_s[lag:] - time_s[:-lag] <= APART_S
        voters[lag:] += near
        voters[:-lag] += near
        ayes[lag:] += near & votes[:-lag]
        ayes[:-lag] += near & votes[lag:]
    return 2 * ayes > voters
