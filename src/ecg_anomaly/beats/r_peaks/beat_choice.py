"""Choose the beats among the candidates, the moments that look like a QRS complex.

Each step compares a candidate with those of some seconds before it; only candidates in doubt are
compared with later ones:

1. Drop the T waves of higher candidates before.
2. A beat is sure when it is high enough for the noise around it; earlier than an interval of usual
   length it must be higher, unless it keeps a new rate.
3. Of the candidates in doubt between two sure beats the highest are beats, if the interval between
   the sure ones is too long for one RR interval (`gap_filling`).

The constants were chosen on DS1 of MIT-BIH, svdb and qtdb, clean and with recorded noise added.
Heights are relative to the usual QRS complex.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT, Candidates, join_candidates
from ecg_anomaly.beats.r_peaks.gap_filling import (
    DOUBT_S,
    EARLY_SPAN,
    GAP,
    GAP_APART,
    GAP_MARGIN,
    Mask,
    Samples,
    Values,
    count_final,
    fill_gaps,
)
from ecg_anomaly.beats.r_peaks.sliding import take_windows
from ecg_anomaly.beats.r_peaks.wave_dropping import WAVES_BACK_S, drop_waves

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

#: Candidates further back, in s, or further ahead, do not count.
CHOICE_BACK_S = WAVES_BACK_S + 2 * DOUBT_S + USUAL_S + GAP_APART * LONGEST_RR_S
CHOICE_AHEAD_S = max(GAP, GAP_APART + GAP_MARGIN) * LONGEST_RR_S


@dataclass(frozen=True)
class BeatChoice:
    """Which candidates are beats.

    Attributes
    ----------
    found : (n,) bool
        True for beats.
    n_final : int
        The first of them, which no later candidate can change.
    recheck : float
        Sample from which on the next one is final, if no candidate comes before.
    """

    found: Mask
    n_final: int
    recheck: float


def choose_beats(candidates: Candidates, rate: float, stop: float = np.inf) -> BeatChoice:
    """Choose the beats of one recording, see `choose_beats_together`."""
    (choice,) = choose_beats_together([candidates], rate, [stop])
    return choice


def choose_beats_together(
    parts: Sequence[Candidates], rate: float, stops: Sequence[float]
) -> list[BeatChoice]:
    """Choose the beats of some recordings.

    Their candidates are put one after the other, so far apart that none counts for another.

    Parameters
    ----------
    parts : sequence of Candidates
        Of each recording in order, some hundredths of a second apart at least.
    rate : float
        Sampling rate of ``candidates.sample`` in Hz. Times are differences of samples divided by
        it, so they are the same to the last bit wherever a chunk begins.
    stops : sequence of float
        Sample of each up to which all candidates are given.

    Returns
    -------
    list of BeatChoice
    """
    candidates = _put_apart(parts, rate) if len(parts) > 1 else parts[0]
    kept = drop_waves(candidates.sample, candidates.height, rate)
    above = np.maximum(0, candidates.noise - QUIET)
    high = kept & (candidates.height > LEAST + NOISE_GAIN * above)
    usual = _usual_interval(candidates.sample, high, rate)
    sure = high & ~_is_early(candidates, high, usual, rate)
    enough = candidates.height > LEAST_IN_GAP + NOISE_GAIN_IN_GAP * above
    enough &= high | (candidates.noise < LOUD)
    doubted = kept & enough & ~sure & np.isfinite(usual)
    rows, found = np.flatnonzero(doubted), sure.copy()
    found[fill_gaps(candidates, sure, high[rows], rows, usual[rows], rate)] = True
    edges = np.cumsum([0, *map(len, parts)])
    places, choices = rows.searchsorted(edges).tolist(), []
    for i, (start, end) in enumerate(pairwise(edges.tolist())):
        own = rows[places[i] : places[i + 1]]
        final: tuple[int, float] = end - start, np.inf
        if len(own):
            part, some = parts[i].sample, sure[start:end]
            final = count_final(part, some, own - start, usual[own], rate, stops[i])
        choices.append(BeatChoice(found[start:end], *final))
    return choices


def _put_apart(parts: Sequence[Candidates], rate: float) -> Candidates:
    """Join the candidates of recordings, moved by whole samples."""
    apart, moved, end = int(np.ceil(CHOICE_BACK_S * rate)) + 1, [], 0
    for part in parts:
        if len(part):
            moved.append(part.sample + (end - int(part.sample[0])))
            end = int(moved[-1][-1]) + apart
    joined = join_candidates(list(parts))
    return replace(joined, sample=np.concatenate(moved) if moved else joined.sample)


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
