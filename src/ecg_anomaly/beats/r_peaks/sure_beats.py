"""Tell which candidates are beats without doubt, and which are in doubt.

Each is judged by those some seconds before it. It is a beat when it is high enough for the noise
around it; earlier than an interval of usual length it must be higher, unless it keeps a new rate.
Heights are relative to the usual QRS complex.
"""

from typing import NamedTuple

import numpy as np

from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT, Candidates
from ecg_anomaly.beats.r_peaks.gap_filling import DOUBT_S, EARLY_SPAN, Mask, Samples, Values
from ecg_anomaly.beats.r_peaks.sliding import take_windows
from ecg_anomaly.beats.r_peaks.wave_dropping import drop_waves

#: Least height of a beat, and of a beat in a gap. Where the noise is above `QUIET` they rise by the
#: excess times the gain. Above `LOUD` all is noise, and no beat is looked for in gaps.
LEAST, LEAST_IN_GAP = 0.43, LEAST_HEIGHT
QUIET, LOUD, NOISE_GAIN, NOISE_GAIN_IN_GAP = 0.05, 0.5, 1.5, 1.1

#: A beat is early when one that follows after `NEXT_S` would be less than `EARLY_SPAN` usual
#: intervals after the one before. Then its height must be above the first number plus the gain
#: times the noise, at most 1, or it is in doubt.
EARLY, EARLY_NOISE_GAIN, NEXT_S = 0.47, 2.0, 0.16

#: It is not early at a steady new rate: number of last intervals, its own included, and how many
#: times the shortest of them the longest may be. A tachycardia has begun then, which raises the
#: noise as well. On DS1, qtdb and svdb this changes one beat of 200 000, which is right.
STEADY, MOST_UNSTEADY = 4, 1.12

#: The usual interval is the median over this number of intervals before a beat, within this time in
#: s; intervals longer than the last number, in s, are left out.
USUAL_BEATS, USUAL_S, LONGEST_RR_S = 16, 14.0, 3.0


class Judged(NamedTuple):
    """What is said of candidates without looking at later ones.

    Attributes
    ----------
    high : (n,) bool
        High enough for the noise around it, and no wave of a higher candidate before.
    usual : (n,) float64
        Usual interval before it in samples, NaN where there is none.
    sure : (n,) bool
        Beats without doubt.
    doubted : (n,) bool
        Those that may be beats as well.
    """

    high: Mask
    usual: Values
    sure: Mask
    doubted: Mask


def judge_candidates(candidates: Candidates, rate: float) -> Judged:
    """Judge each candidate by those before it; `CandidateJudge` does the same one by one.

    Parameters
    ----------
    candidates : Candidates
        In order, some hundredths of a second apart at least.
    rate : float
        Sampling rate of ``candidates.sample`` in Hz.
    """
    kept = drop_waves(candidates.sample, candidates.height, rate)
    above = np.maximum(0, candidates.noise - QUIET)
    high = kept & (candidates.height > LEAST + NOISE_GAIN * above)
    usual = _usual_interval(candidates.sample, high, rate)
    sure = high & ~_is_early(candidates, high, usual, rate)
    enough = candidates.height > LEAST_IN_GAP + NOISE_GAIN_IN_GAP * above
    enough &= high | (candidates.noise < LOUD)
    return Judged(high, usual, sure, kept & enough & ~sure & np.isfinite(usual))


def _usual_interval(sample: Samples, high: Mask, rate: float) -> Values:
    """Return the usual interval before each candidate in samples, NaN where there is none."""
    at = sample[high]
    usual = np.full(len(sample), np.nan)
    if len(at) < 2:
        return usual
    rr = np.concatenate([np.full(USUAL_BEATS, np.inf), np.diff(at) / rate])
    begun = np.concatenate([np.full(USUAL_BEATS, -(2**62)), at[:-1]])
    former = take_windows(rr, USUAL_BEATS)
    near = former <= LONGEST_RR_S
    near &= at[:, None] - take_windows(begun, USUAL_BEATS) <= USUAL_S * rate
    ordered = np.sort(np.where(near, former, np.inf), axis=1)
    known = near.sum(axis=1)
    median = ordered[np.arange(len(at)), np.maximum(known - 1, 0) // 2]
    before = np.searchsorted(at, sample) - 1
    reached = (before >= 0) & (sample - at[before] <= DOUBT_S * rate) & (known[before] > 0)
    usual[reached] = median[before[reached]] * rate
    return usual


def _is_early(candidates: Candidates, high: Mask, usual: Values, rate: float) -> Mask:
    """Mark low candidates that come early after the one before, and not at a steady new rate."""
    limit = np.minimum(EARLY + EARLY_NOISE_GAIN * candidates.noise, 1.0)
    since, rows = np.full(len(high), np.inf), np.flatnonzero(high)
    since[rows[1:]] = np.diff(candidates.sample[rows])
    early = (candidates.height < limit) & (since + NEXT_S * rate < EARLY_SPAN * usual)
    if not early.any() or len(rows) <= STEADY:
        return early
    last = take_windows(np.concatenate([np.full(STEADY - 1, np.inf), since[rows]]), STEADY)
    early[rows] &= ~(last.max(axis=1) <= MOST_UNSTEADY * last.min(axis=1))
    return early
