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

from ecg_anomaly.beats.r_peaks.candidates import Candidates, join_candidates
from ecg_anomaly.beats.r_peaks.gap_filling import (
    DOUBT_S,
    GAP,
    GAP_APART,
    GAP_MARGIN,
    Mask,
    count_final,
    fill_gaps,
)
from ecg_anomaly.beats.r_peaks.sure_beats import LONGEST_RR_S, USUAL_S, judge_candidates
from ecg_anomaly.beats.r_peaks.wave_dropping import WAVES_BACK_S

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
    high, usual, sure, doubted = judge_candidates(candidates, rate)
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
