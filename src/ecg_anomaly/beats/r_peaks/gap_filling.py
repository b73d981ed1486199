"""Find the beats among low candidates in the gaps between beats that are sure."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.candidates import Candidates
from ecg_anomaly.beats.r_peaks.wave_dropping import HIGHEST

Samples = NDArray[np.int64]
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]
Rows = NDArray[np.intp]

#: A P wave comes at most this long before a beat, in s, and is lower than this share of it.
P_WAVE_S, P_WAVE_SHARE = 0.3, 0.5

#: In usual intervals: a gap is longer, and beats found in it keep these distances from its ends and
#: from each other.
GAP, GAP_MARGIN, GAP_APART = 1.45, 0.25, 0.6

#: In usual intervals: the shortest time from one beat to the next but one.
EARLY_SPAN = 1.1

#: Nothing is in doubt that has no beat within this time before it, in s.
DOUBT_S = 5.0

#: Number of candidates in doubt on either side that one in doubt is compared with.
_NEIGHBOURS = 4


def fill_gaps(
    candidates: Candidates, sure: Mask, high: Mask, rows: Rows, usual: Values, rate: float
) -> Rows:
    """Return the candidates in doubt that are beats: the highest in gaps between sure beats.

    Parameters
    ----------
    candidates : Candidates
        n candidates, in order.
    sure : (n,) bool
        Those that are beats without doubt.
    high : (m,) bool
        Those in doubt that are high enough for a beat outside of a gap.
    rows : (m,) int
        The candidates in doubt.
    usual : (m,) float64
        Usual RR interval before each candidate in doubt, in samples.
    rate : float
        Sampling rate of ``candidates.sample`` in Hz.

    Returns
    -------
    (k,) int
        Some of `rows`.
    """
    sample, height = candidates.sample[rows], candidates.height[rows]
    beats = candidates.sample[sure]
    ends = np.concatenate([[-np.inf], beats, [np.inf]])
    tops = np.minimum(np.concatenate([candidates.height[sure], [0.0]]), HIGHEST)
    place = np.searchsorted(beats, sample)
    since, until = sample - ends[place], ends[place + 1] - sample
    p_wave = (until < P_WAVE_S * rate) & (height < P_WAVE_SHARE * tops[place])
    margin = np.minimum(since, until) > GAP_MARGIN * usual
    fits = (since + until >= np.where(high, EARLY_SPAN, GAP) * usual) & (high | margin)
    fits &= (since < DOUBT_S * rate) & ~p_wave
    rows, sample, height, apart = rows[fits], sample[fits], height[fits], GAP_APART * usual[fits]
    best = np.ones(len(rows), dtype=bool)
    for lag in range(1, min(_NEIGHBOURS, len(rows) - 1) + 1):
        close = sample[lag:] - sample[:-lag] < apart[lag:]
        best[lag:] &= ~(close & (height[lag:] <= height[:-lag]))
        best[:-lag] &= ~(close & (height[:-lag] < height[lag:]))
    return rows[best]


def count_final(
    sample: Samples, sure: Mask, rows: Rows, usual: Values, rate: float, stop: float
) -> tuple[int, float]:
    """Count the candidates that are final: later ones cannot change whether they are beats.

    Parameters
    ----------
    sample : (n,) int64
        Candidates in order.
    sure, rows, usual, rate
        As for `fill_gaps`.
    stop : float
        Sample up to which all candidates are given.

    Returns
    -------
    n_final : int
        All candidates before the first in doubt that one from `stop` on may change.
    recheck : float
        Sample from which on that one is final, if no candidate comes before; infinite when all are
        final.
    """
    beats = np.flatnonzero(sure)
    open_ = rows > (beats[-1] if len(beats) else -1)
    if not open_.any() or stop == np.inf:
        return len(sample), np.inf
    rows, longest = rows[open_], float(usual[open_].max())
    former = sample[beats[-1]] if len(beats) else -np.inf
    later = sample[rows] + np.maximum((GAP_APART + GAP_MARGIN) * longest, P_WAVE_S * rate)
    until = np.maximum(later, former + GAP * longest)
    waiting = np.flatnonzero(until >= stop)
    if not len(waiting):
        return len(sample), np.inf
    return int(rows[waiting[0]]), float(until[waiting[0]])
