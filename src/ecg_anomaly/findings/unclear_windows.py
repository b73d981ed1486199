"""Find the seconds of a recording without clear beats, in which it may be ventricular fibrillation.

What is known of beats at the end of a window counts, and no later one. Beats are found in
fibrillation as well. Most of them are unreadable, in doubt or ventricular; the others come in
clusters closer together than a heart beats, are few among these, or come at no rate. Windows in
which nothing else speaks against clear beats are read, and must oscillate more clearly.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.findings.beat_batch import UNREADABLE, VENTRICULAR, Beat, BeatBatch
from ecg_anomaly.findings.swing_measures import WINDOW_S

#: A window ends every so many s.
STEP_S = 0.5

#: A decision on a beat is known so many s after its R peak, and after the next one.
KNOWN_AFTER_S, KNOWN_AFTER_NEXT_S = 0.65, 0.25

#: Clear beats in a window at most, and where they are fewer than the others or come at no rate;
#: more are a rhythm with QRS complexes.
MOST_CLEAR, MOST_CLEAR_BY_CHANCE = 1, 3

#: Clear beats come at no rate when one of their intervals is longer than another by this factor.
MOST_UNEVEN = 2.5

#: Beats come evenly where so many in a window or more have intervals of which this share differs
#: from their median by `ALIKE` of it at most. Faster than `MOST_BPM` even swings are flutter.
EVEN_BEATS, EVEN_SHARE, ALIKE, MOST_BPM = 6, 0.75, 0.25, 180.0

#: A beat with another one nearer than so many s is not clear: 167 a minute. A window that has
#: clear beats but for that, or by chance, takes so much more of a logit. In DS1 of MIT-BIH, svdb
#: and qtdb no window outside of an episode has a logit above -2, whatever its beats; `cudb` has
#: tachycardias without a note (docs/findings.md).
NEAREST_S, DOUBT = 0.36, 2.0


class UnclearWindows(NamedTuple):
    """Windows in which it may be fibrillation.

    Attributes
    ----------
    number : (k,) int64
        Window i ends at ``i * STEP_S``; ascending.
    doubt : (k,) float64
        Taken off the logit of each, see `DOUBT`.
    bpm : (k,) float64
        Rate a minute at which all beats in it come evenly; NaN where they do not.
    """

    number: NDArray[np.int64]
    doubt: NDArray[np.float64]
    bpm: NDArray[np.float64]


class KnownBeats(NamedTuple):
    """Beats in order, and when they were decided on; all arrays are (n,).

    Attributes
    ----------
    time_s, known_s : float64
        R peak, and when the decision on the beat was known, both in s and ascending.
    clear : bool
        Whether it can be trusted and is not ventricular.
    """

    time_s: NDArray[np.float64]
    known_s: NDArray[np.float64]
    clear: NDArray[np.bool_]


def mark_clear(beats: BeatBatch) -> NDArray[np.bool_]:
    """Tell which beats can be trusted and are not ventricular, (n,) bool."""
    clear = beats.quality >= TRUSTED_QUALITY
    return clear & (beats.number != UNREADABLE) & (beats.number != VENTRICULAR)


def is_clear(beat: Beat) -> bool:
    """Tell whether one beat is clear, as `mark_clear` does of many."""
    return beat.quality >= TRUSTED_QUALITY and beat.number not in (UNREADABLE, VENTRICULAR)


def find_unclear_windows(beats: BeatBatch, first: int, stop: int) -> UnclearWindows:
    """Find the windows without clear beats, or with so few that it may be fibrillation.

    Parameters
    ----------
    beats : BeatBatch
        All that reach into the windows, and the one before them.
    first, stop : int
        Numbers of windows: the first one to ask for, and the one after the last.
    """
    following = np.append(beats.time_s[1:], np.inf) if len(beats) else beats.time_s
    known_s = np.maximum(beats.time_s + KNOWN_AFTER_S, following + KNOWN_AFTER_NEXT_S)
    known = KnownBeats(beats.time_s, known_s, mark_clear(beats))
    numbers = np.arange(max(first, round(WINDOW_S / STEP_S)), stop, dtype=np.int64)
    return choose_unclear(known, numbers)


def choose_unclear(beats: KnownBeats, numbers: NDArray[np.int64]) -> UnclearWindows:
    """Choose those of some windows in which it may be fibrillation, see `find_unclear_windows`."""
    end_s, clear = np.asarray(numbers * STEP_S, np.float64), beats.clear
    known_s = beats.known_s
    every = _count(beats, np.ones(len(clear), bool), known_s, end_s)
    usual = _count(beats, clear, known_s, end_s)
    near = np.diff(beats.time_s, append=np.inf) < NEAREST_S
    alone = clear & ~np.append(False, near[:-1])[: len(clear)]
    n = _count(beats, alone, known_s, end_s)
    # That another one follows so soon is known when that one is.
    n -= _count(beats, alone & near, np.append(known_s[1:], np.inf)[: len(near)], end_s)
    by_chance = (every > 2 * n) | _come_at_no_rate(beats, alone, n, end_s)
    few = (n <= MOST_CLEAR) | ((n <= MOST_CLEAR_BY_CHANCE) & by_chance)
    doubt = np.where(usual <= MOST_CLEAR, 0.0, DOUBT)
    chosen = few | (doubt == 0)
    return UnclearWindows(numbers[chosen], doubt[chosen], _find_rates(beats, end_s[chosen]))


def _find_rates(beats: KnownBeats, end_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the rate a minute of windows in which beats come evenly, NaN of others."""
    first = np.searchsorted(beats.time_s, end_s - WINDOW_S).tolist()
    stop = np.searchsorted(beats.known_s, end_s, side="right").tolist()
    rates = np.full(len(end_s), np.nan)
    for window, (a, b) in enumerate(zip(first, stop, strict=True)):
        if b - a >= EVEN_BEATS:
            rr_s = np.diff(beats.time_s[a:b])
            usual_s = float(np.median(rr_s))
            alike = np.abs(rr_s - usual_s) <= ALIKE * usual_s
            if alike.mean() >= EVEN_SHARE and 60 / usual_s < MOST_BPM:
                rates[window] = 60 / usual_s
    return rates


def _count(
    beats: KnownBeats,
    some: NDArray[np.bool_],
    known_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
) -> NDArray[np.intp]:
    """Count those of some beats that lie in windows and are known when these end."""
    known = np.searchsorted(known_s[some], end_s, side="right")
    before = np.searchsorted(beats.time_s[some], end_s - WINDOW_S)
    return np.maximum(known - before, 0)


def _come_at_no_rate(
    beats: KnownBeats, some: NDArray[np.bool_], n: NDArray[np.intp], end_s: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell in which windows the last n of some beats have intervals that are far from each other.

    It is told of windows with two beats, or with `MOST_CLEAR_BY_CHANCE`.
    """
    rr_s = np.concatenate([np.full(MOST_CLEAR_BY_CHANCE, np.nan), np.diff(beats.time_s[some])])
    last = np.searchsorted(beats.known_s[some], end_s, side="right") + MOST_CLEAR_BY_CHANCE - 2
    rows = np.maximum(last[:, None] - np.arange(MOST_CLEAR_BY_CHANCE), 0)
    intervals = rr_s[rows]
    intervals[n < MOST_CLEAR_BY_CHANCE, -1] = intervals[n < MOST_CLEAR_BY_CHANCE, 0]
    return np.asarray(intervals.max(axis=1) > MOST_UNEVEN * intervals.min(axis=1))
