"""Choose the beats among the candidates, the moments that look like a QRS complex.

Each step compares a candidate with its neighbours within some seconds only:

1. Drop the T and P waves of higher candidates.
2. Keep what is high enough for the noise around it; inside an interval of usual length it must be
   higher.
3. In a gap between beats look again for lower candidates.

The constants were chosen on DS1 of MIT-BIH, clean and with recorded noise added. Heights are
relative to the usual QRS complex.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT, Candidates

Samples = NDArray[np.int64]
Values = NDArray[np.float64]
Mask = NDArray[np.bool_]


#: No two beats are closer than this, in s.
REFRACTORY_S = 0.25

#: A T wave comes at most this long after a beat, in s, and is lower than this share of it; the
#: share falls to 0 over that time.
T_WAVE_S, T_WAVE_SHARE = 0.46, 0.85

#: A P wave comes at most this long before a beat, in s, and is lower than this share of it.
P_WAVE_S, P_WAVE_SHARE = 0.3, 0.5

#: What is higher than this is an artefact or a wide beat; it drops no more waves than this height.
HIGHEST = 3.0

#: Least height of a beat, and of a beat in a gap. Where the noise is above `QUIET` they rise by the
#: excess times the gain.
LEAST, LEAST_IN_GAP = 0.44, LEAST_HEIGHT
QUIET, NOISE_GAIN, NOISE_GAIN_IN_GAP = 0.05, 1.5, 1.0

#: A beat is inserted when its neighbours are less than `INSERTED_SPAN` usual intervals apart. Its
#: least height is the first number plus the gain times the noise, and at most 1. The check is
#: repeated, since neighbours change.
INSERTED, INSERTED_NOISE_GAIN, INSERTED_SPAN, INSERTED_ROUNDS = 0.5, 2.0, 1.1, 2

#: In usual intervals: a gap is longer, and beats found in it keep these distances from its ends and
#: from each other.
GAP, GAP_MARGIN, GAP_APART = 1.45, 0.25, 0.6

#: The usual interval is the median over this number of beats on either side, within this time in s;
#: intervals longer than the last number, in s, are left out.
USUAL_BEATS, USUAL_S, LONGEST_RR_S = 12, 7.0, 3.0

#: Number of candidates on either side that a candidate is compared with.
_NEIGHBOURS = 6


def choose_beats(candidates: Candidates, rate: float) -> Mask:
    """Choose the beats.

    Parameters
    ----------
    candidates : Candidates
        In order, some hundredths of a second apart at least.
    rate : float
        Sampling rate of ``candidates.sample`` in Hz. Times are differences of samples divided by
        it, so they are the same to the last bit wherever a chunk begins.

    Returns
    -------
    (n,) bool
        True for beats.
    """
    kept = drop_waves(candidates.sample, candidates.height, rate)
    found = np.zeros(len(candidates), dtype=bool)
    rows = np.flatnonzero(kept)
    found[rows] = _choose_complexes(candidates.select(rows), rate)
    return found


def drop_waves(sample: Samples, height: Values, rate: float) -> Mask:
    """Mark candidates that are not the T wave, P wave or echo of a higher one that is kept."""
    hits = [_dropped_by(sample, height, rate, lag) for lag in range(1, _NEIGHBOURS + 1)]
    kept = np.ones(len(sample), dtype=bool)
    for _ in range(5):
        dropped = np.zeros(len(sample), dtype=bool)
        for lag, (by_former, by_latter) in enumerate(hits, start=1):
            dropped[lag:] |= by_former & kept[:-lag]
            dropped[:-lag] |= by_latter & kept[lag:]
        kept = ~dropped
    return kept


def _dropped_by(sample: Samples, height: Values, rate: float, lag: int) -> tuple[Mask, Mask]:
    """Mark candidates that the one `lag` places before, and the one after, would drop."""
    apart = (sample[lag:] - sample[:-lag]) / rate
    former, latter = height[:-lag], height[lag:]
    close = apart < REFRACTORY_S
    fall = (T_WAVE_S - apart) / (T_WAVE_S - REFRACTORY_S)
    t_wave = T_WAVE_SHARE * np.clip(fall, 0, 1) * np.minimum(former, HIGHEST)
    p_wave = np.where(apart < P_WAVE_S, P_WAVE_SHARE, 0) * np.minimum(latter, HIGHEST)
    by_former = np.where(close, latter <= former, latter < t_wave)
    by_latter = np.where(close, former < latter, former < p_wave)
    return by_former, by_latter


def _choose_complexes(candidates: Candidates, rate: float) -> Mask:
    above = np.maximum(0, candidates.noise - QUIET)
    found = candidates.height > LEAST + NOISE_GAIN * above
    usual = _usual_interval(candidates.sample, found, rate)
    for _ in range(INSERTED_ROUNDS):
        found &= ~_inserted(candidates, found, usual * rate)
    least_in_gap = LEAST_IN_GAP + NOISE_GAIN_IN_GAP * above
    return found | _missing(candidates, found, usual * rate, candidates.height > least_in_gap)


def _usual_interval(sample: Samples, found: Mask, rate: float) -> Values:
    """Return the median RR interval around each candidate in s, NaN where there is none."""
    at = sample[found]
    if len(at) < 2:
        return np.full(len(sample), np.nan)
    rr = np.diff(at) / rate
    view = np.lib.stride_tricks.sliding_window_view
    rows = view(np.pad(rr, USUAL_BEATS, constant_values=np.inf), 2 * USUAL_BEATS + 1)
    when = view(np.pad(at[:-1], USUAL_BEATS), 2 * USUAL_BEATS + 1)
    near = (rows <= LONGEST_RR_S) & (np.abs(when - at[:-1, None]) <= USUAL_S * rate)
    ordered = np.sort(np.where(near, rows, np.inf), axis=1)
    known = near.sum(axis=1)
    median = ordered[np.arange(len(ordered)), np.maximum(known - 1, 0) // 2]
    before = np.clip(np.searchsorted(at, sample, side="right") - 1, 0, len(median) - 1)
    reached = (np.abs(sample - at[before]) <= USUAL_S * rate) & (known[before] > 0)
    return np.where(reached, median[before], np.nan)


def _inserted(candidates: Candidates, found: Mask, usual: Values) -> Mask:
    """Mark low beats inside an interval of usual length; of two neighbours the lower one."""
    rows = np.flatnonzero(found)
    inserted = np.zeros(len(found), dtype=bool)
    if len(rows) < 3:
        return inserted
    middle, sample = rows[1:-1], candidates.sample[rows]
    limit = np.minimum(INSERTED + INSERTED_NOISE_GAIN * candidates.noise[middle], 1.0)
    height = candidates.height[middle]
    weak = (sample[2:] - sample[:-2] < INSERTED_SPAN * usual[middle]) & (height < limit)
    ranked = np.pad(np.where(weak, height, np.inf), 1, constant_values=np.inf)
    inserted[middle] = weak & (height <= ranked[:-2]) & (height < ranked[2:])
    return inserted


def _missing(candidates: Candidates, found: Mask, usual: Values, enough: Mask) -> Mask:
    """Mark the highest candidates inside gaps between beats."""
    beats, rows = candidates.sample[found], np.flatnonzero(~found & enough)
    missing = np.zeros(len(found), dtype=bool)
    after = np.searchsorted(beats, candidates.sample[rows])
    rows, after = rows[inside := (after > 0) & (after < len(beats))], after[inside]
    sample, interval = candidates.sample[rows], usual[rows]
    wide = beats[after] - beats[after - 1] > GAP * interval
    margin = np.minimum(sample - beats[after - 1], beats[after] - sample)
    rows = rows[wide & (margin > GAP_MARGIN * interval)]
    height, sample = candidates.height[rows], candidates.sample[rows]
    best = np.ones(len(rows), dtype=bool)
    for lag in range(1, _NEIGHBOURS + 1):
        close = sample[lag:] - sample[:-lag] < GAP_APART * usual[rows[lag:]]
        best[lag:] &= ~(close & (height[lag:] <= height[:-lag]))
        best[:-lag] &= ~(close & (height[:-lag] < height[lag:]))
    missing[rows[best]] = True
    return missing
