"""Rate the quality of beats by the noise around them, and name the noise that hides them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import NOISE, REASON_TYPE, UNCLEAR, Values, is_hidden
from ecg_anomaly.config.pipeline_schema import PreprocessConfig

#: Beats further apart than this are no neighbours, s. No whole number of samples lasts exactly so
#: long, so how times are rounded decides nothing, and they may be counted from anywhere.
APART_S = 4.001

#: Number of beats, the beat itself and those before it, over which its noise is a median.
MEDIAN_BEATS = 3

#: A beat of lower quality, at 1.6 times the limits, cannot be read. Chosen on DS1 of MIT-BIH and on
#: svdb, of which no beat in a thousand is lost by it (docs/robustness.md).
LEAST_QUALITY = 0.28

#: The quality of a beat is at most the quantile 1 / `RECENT_SHARE` of the qualities of the last
#: `RECENT_BEATS` beats within `RECENT_S` seconds. Chosen on DS1 of MIT-BIH with recorded noise.
RECENT_BEATS, RECENT_S, RECENT_SHARE = 15, 12.001, 4


@dataclass(frozen=True)
class NoiseLimits:
    """The noise from which on a beat is in doubt: its quality is `TRUSTED_QUALITY` there.

    Attributes
    ----------
    roughness, unrest : float
        Infinite where noise does not count.
    likeness : float
        A beat with at least this correlation with those before it is clean despite unrest.
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
        Median second difference of the lead in the last seconds, 1 being a usual QRS complex.
    unrest : (n,) float32
        Root of the slope energy between the beats of the last five seconds, in the same unit.
    likeness : (n,) float32
        Second best correlation with the eight beats before, -1 to 1.
    """

    time_s: NDArray[np.float64]
    roughness: Values
    unrest: Values
    likeness: Values

    def rate(self, limits: NoiseLimits) -> Values:
        """Rate the quality of the beats.

        Noise is relative to the limits: roughness, or unrest of a beat that does not resemble those
        before it, whichever is larger. It is the median over a beat and those before it, see
        `MEDIAN_BEATS`: a peak after two beats lost in noise is probably no beat, a single odd peak
        among clean beats is one.

        Parameters
        ----------
        limits : NoiseLimits

        Returns
        -------
        (n,) float32
            ``1 / (1 + noise**2)``: 1 without noise, `TRUSTED_QUALITY` at the limits.
        """
        larger = np.maximum(self._rough(limits), self._unclear(limits))
        noise = _median_of_last(larger, self.time_s)
        return np.asarray(1 / (1 + noise**2), np.float32)

    def name(self, limits: NoiseLimits) -> NDArray[np.str_]:
        """Name the noise of the beats that it makes unreadable, see `LEAST_QUALITY`.

        Returns
        -------
        (n,) str
            `NOISE`, `UNCLEAR`, or ``""`` for a beat that can be read.
        """
        return self.name_and_rate(limits)[0]

    def name_and_rate(self, limits: NoiseLimits) -> tuple[NDArray[np.str_], Values]:
        """Return the results of `name` and of `rate`, in the time of one of them."""
        quality = self.rate(limits)
        unreadable = quality < LEAST_QUALITY
        if not unreadable.any():
            return np.full(len(quality), "", REASON_TYPE), quality
        rough = _median_of_last(self._rough(limits), self.time_s)
        rest = _median_of_last(self._unclear(limits), self.time_s)
        named = np.where(rough >= rest, NOISE, UNCLEAR).astype(REASON_TYPE)
        named[~unreadable] = ""
        return named, quality

    def _rough(self, limits: NoiseLimits) -> NDArray[np.float64]:
        return np.asarray(self.roughness / limits.roughness, np.float64)

    def _unclear(self, limits: NoiseLimits) -> NDArray[np.float64]:
        unlike = (1 - self.likeness) / max(1 - limits.likeness, 1e-6)
        return np.asarray(np.minimum(self.unrest / limits.unrest, unlike), np.float64)


def _median_of_last(
    values: NDArray[np.float64], time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Lower median of each beat's value and those of the beats before it, see `MEDIAN_BEATS`."""
    last = np.full((MEDIAN_BEATS, len(values)), np.inf)
    last[0] = values
    for lag in range(1, min(MEDIAN_BEATS, len(values))):
        near = time_s[lag:] - time_s[:-lag] <= APART_S
        last[lag, lag:] = np.where(near, values[:-lag], np.inf)
    middle = np.maximum(np.count_nonzero(np.isfinite(last), axis=0) - 1, 0) // 2
    last.sort(axis=0)
    return np.asarray(last[middle, np.arange(len(values))])


class RatedBeats(NamedTuple):
    """Consecutive beats of one record, of which the last ones are looked at.

    Attributes
    ----------
    quality : (n,) float32
        From `BeatNoise.rate`; 0 for beats that cannot be read.
    unreadable : (n,) str
        Reasons why they cannot; beats that anything but noise hides do not count.
    time_s : (n,) float64
        R peaks in s, ascending.
    first : int
        Beats before this one are only looked back at.
    """

    quality: Values
    unreadable: NDArray[np.str_]
    time_s: NDArray[np.float64]
    first: int = 0


def limit_by_recent_quality(parts: Sequence[RatedBeats]) -> Values:
    """Limit the quality of each beat by that of the beats just before it.

    Electrode motion comes in bursts, between which it can look like a heart. So a beat is in doubt
    while more than one in `RECENT_SHARE` of the last `RECENT_BEATS` beats are.

    Parameters
    ----------
    parts : sequence of RatedBeats
        Of some records, at least one.

    Returns
    -------
    (m,) float32
        Of the beats of each record from `first` on, one record after the other; never more than
        their own quality.
    """
    quality, unreadable, time_s = (
        np.concatenate(column) for column in list(zip(*parts, strict=True))[:3]
    )
    length, first = np.array([(len(part.quality), part.first) for part in parts]).T
    ends, n_own = length.cumsum(), length - first
    begin = np.repeat(ends - length, n_own)
    at = np.arange(n_own.sum()) + np.repeat(ends - n_own.cumsum(), n_own)
    rows = at[:, None] - np.arange(RECENT_BEATS)
    last = np.maximum(rows, 0)
    counted = (rows >= begin[:, None]) & (time_s[at, None] - time_s[last] <= RECENT_S)
    if (unreadable != "").any():
        counted &= ~is_hidden(unreadable)[last]
    ordered = np.where(counted, quality[last], np.float32(np.inf))
    ordered.sort(axis=1)
    limit = ordered[np.arange(len(at)), counted.sum(axis=1) // RECENT_SHARE]
    return np.asarray(np.minimum(quality[at], limit), np.float32)
