"""Decide whether the window of a beat can be read, how well, and name the reason when it cannot."""

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

#: The noise of a beat is the median of that of so many beats around it, itself included.
VOTERS = 5

#: A beat of lower quality is scored in doubt: its R peak may be none, so no interval is measured to
#: it, no other beat is compared with it, and its score is lowered. This is the quality at the
#: limits of the configuration.
TRUSTED_QUALITY = 0.5

#: A beat of lower quality, at 1.6 times the limits, cannot be read. Chosen on DS1 of MIT-BIH and on
#: svdb, of which no beat in a thousand is lost by it (docs/robustness.md).
LEAST_QUALITY = 0.28

#: A beat cannot be read if the recorder cut off more of its QRS complex, or of its window.
MOST_CLIPPED = 0.5

Values = NDArray[np.float32]


@dataclass(frozen=True)
class NoiseLimits:
    """The noise from which on a beat is in doubt: its quality is `TRUSTED_QUALITY` there.

    Attributes
    ----------
    roughness, unrest : float
        Infinite where noise does not count.
    likeness : float
        A beat that is at least so like its neighbours is clean despite unrest.
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

    def rate(self, limits: NoiseLimits) -> Values:
        """Rate the quality of the beats.

        Noise is relative to the limits: the roughness, or unrest as far as the beat is unlike its
        neighbours, whichever is larger. The median of the `VOTERS` around a beat counts: a peak
        between two that are lost in noise is probably no beat; a single odd peak among clean beats
        is a beat.

        Parameters
        ----------
        limits : NoiseLimits

        Returns
        -------
        (n,) float32
            ``1 / (1 + noise**2)``: 1 without noise, `TRUSTED_QUALITY` at the limits.
        """
        larger = np.maximum(self._rough(limits), self._unclear(limits))
        noise = _median_around(larger, self.time_s)
        return np.asarray(1 / (1 + noise**2), np.float32)

    def name(self, limits: NoiseLimits) -> NDArray[np.str_]:
        """Name the noise of the beats that it makes unreadable, see `LEAST_QUALITY`.

        Returns
        -------
        (n,) str
            `NOISE`, `UNCLEAR`, or ``""`` for a beat that can be read.
        """
        return self.judge(limits)[0]

    def judge(self, limits: NoiseLimits) -> tuple[NDArray[np.str_], Values]:
        """Return what `name` and `rate` return, in the time of one of them."""
        quality = self.rate(limits)
        unreadable = quality < LEAST_QUALITY
        if not unreadable.any():
            return np.full(len(quality), "", REASON_TYPE), quality
        rough = _median_around(self._rough(limits), self.time_s)
        rest = _median_around(self._unclear(limits), self.time_s)
        named = np.where(rough >= rest, NOISE, UNCLEAR).astype(REASON_TYPE)
        named[~unreadable] = ""
        return named, quality

    def _rough(self, limits: NoiseLimits) -> NDArray[np.float64]:
        return np.asarray(self.roughness / limits.roughness, np.float64)

    def _unclear(self, limits: NoiseLimits) -> NDArray[np.float64]:
        unlike = (1 - self.likeness) / max(1 - limits.likeness, 1e-6)
        return np.asarray(np.minimum(self.unrest / limits.unrest, unlike), np.float64)


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


def is_cut_off(clipped: NDArray[np.bool_], qrs: slice) -> NDArray[np.bool_]:
    """Tell which windows hold too little of what was there, because the recorder ran out of range.

    Parameters
    ----------
    clipped : (n, n_samples) bool
        Clipped samples.
    qrs : slice
        Samples of the QRS complex.

    Returns
    -------
    (n,) bool
        False where only the tip of a wave is cut off: the rest of the beat can be read.
    """
    most = np.maximum(clipped[:, qrs].mean(axis=1), clipped.mean(axis=1))
    return np.asarray(most > MOST_CLIPPED)


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
        True where the window reaches beyond the record, holds missing samples, and where the
        recorder cut off most of the QRS complex, see `is_cut_off`.
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


def is_certain(unreadable: NDArray[np.str_], quality: Values) -> NDArray[np.bool_]:
    """Tell which beats have a reliable R peak, although their windows may be unreadable.

    Parameters
    ----------
    unreadable : (n,) str
        Reasons, ``""`` for beats that can be read.
    quality : (n,) float32
        Of the beats that can be read; others have their reasons.

    Returns
    -------
    (n,) bool
        False in noise, where R peaks are found that do not exist. True for other reasons: a window
        with a gap, for example, belongs to a beat that exists.
    """
    noisy = (unreadable == NOISE) | (unreadable == UNCLEAR)
    return ~noisy & ((unreadable != "") | (quality >= TRUSTED_QUALITY))


def is_hidden(unreadable: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Tell which windows show no heart at all; noise is no reason, as it shows something of it."""
    return np.asarray((unreadable != "") & (unreadable != NOISE) & (unreadable != UNCLEAR))


def is_trusted(unreadable: NDArray[np.str_], quality: Values) -> NDArray[np.bool_]:
    """Tell which beats others may be compared with: those that can be read without doubt."""
    return np.asarray((unreadable == "") & (quality >= TRUSTED_QUALITY))


def _median_around(values: NDArray[np.float64], time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lower median of each beat's value and those of the beats around it, see `VOTERS`."""
    half, n = VOTERS // 2, len(values)
    around = np.full((VOTERS, n), np.inf)
    around[half] = values
    for lag in range(1, half + 1):
        near = time_s[lag:] - time_s[:-lag] <= APART_S
        around[half + lag, : n - lag] = np.where(near, values[lag:], np.inf)
        around[half - lag, lag:] = np.where(near, values[: n - lag], np.inf)
    voters = np.isfinite(around).sum(axis=0)
    middle = np.maximum(voters - 1, 0) // 2
    return np.take_along_axis(np.sort(around, axis=0), middle[None], axis=0)[0]
