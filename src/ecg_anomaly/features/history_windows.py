"""Find the window of past beats that each beat is compared with; windows move by the clock.

A window moves every `step_s` seconds of the record, however many beats there are. So a beat that is
missed, or found where none is, has no influence on any window that does not hold it: the beats
after it are compared with what they would have been compared with anyway.

At the start of a record, and where a lead starts to give a signal, a window holds few beats or
none. It then reaches ahead to the first ten, so that these are compared with each other.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.history_clock import HistoryClock

#: Fewest good beats of a window: one with fewer reaches ahead until it has them, but no further
#: than `HistoryClock.longest_wait_s`.
FIRST_BEATS = 10


@dataclass(frozen=True)
class HistoryWindows:
    """Windows of beats that others are compared with.

    Attributes
    ----------
    first, end : (n_windows,) int
        First and past-the-end row of the beats in each window.
    moved_s : (n_windows,) float64
        When each window moved, in s: it holds what came before, and is `length_s` long.
    full : (n_windows,) bool
        True where a window has enough good beats not to reach ahead: all beats up to the next move
        have that window.
    of_beat : (n,) int
        The window that each of n beats is compared with.
    known_s : (n,) float64
        Time in s at which the window of each beat is known: all beats up to it must be.
    length_s : float
    """

    first: NDArray[np.intp]
    end: NDArray[np.intp]
    moved_s: NDArray[np.float64]
    full: NDArray[np.bool_]
    of_beat: NDArray[np.intp]
    known_s: NDArray[np.float64]
    length_s: float

    @property
    def spans(self) -> NDArray[np.intp]:
        """First and past-the-end rows side by side, (n_windows, 2)."""
        return np.array([self.first, self.end]).T

    def since(self, row: int) -> "HistoryWindows":
        """Return the same windows, of beats that are counted from a row on."""
        return replace(self, first=self.first - row, end=self.end - row)

    def of_first(self, n: int) -> "HistoryWindows":
        """Return the windows of the first n beats, at least one."""
        of_beat = self.of_beat[:n]
        some = slice(of_beat[-1] + 1)
        return HistoryWindows(
            self.first[some], self.end[some], self.moved_s[some], self.full[some], of_beat,
            self.known_s[:n], self.length_s,
        )  # fmt: skip


def find_windows(
    time_s: NDArray[np.float64],
    clock: HistoryClock,
    good: NDArray[np.bool_],
    present: NDArray[np.bool_],
    rows: NDArray[np.intp] | slice = slice(None),
) -> HistoryWindows:
    """Find the window of each beat.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks in s.
    clock : HistoryClock
    good : (n,) bool
        Beats that others may be compared with.
    present : (n,) bool
        Beats whose signal is present, good or not. Others do not wait for a window.
    rows : (m,) int or slice, optional
        Beats whose windows are wanted; all by default.

    Returns
    -------
    HistoryWindows
        Of m beats. Between two moves all share the beats of `HistoryClock.length_s` before the last
        move. The first beat in a window is left out where there are others, as its interval began
        outside. A window with fewer good beats than `FIRST_BEATS` reaches ahead to the last of so
        many, or `HistoryClock.longest_wait_s` from the first of them. A beat before the first good
        one waits from where the signal is present: while a lead is in doubt for minutes, nothing
        waits.
    """
    own = np.arange(len(time_s))[rows]
    moved_s = clock.moved_s(time_s[own])
    edge_s = moved_s - clock.length_s
    left, end = np.searchsorted(time_s, edge_s), np.searchsorted(time_s, moved_s)
    first, known_s = left + (edge_s > clock.start_s), moved_s.copy()
    n_good = np.concatenate([[0], np.cumsum(good)])
    few = n_good[end] - n_good[np.minimum(first, end)] < FIRST_BEATS
    if few.any():
        ahead, until_s = _reach_ahead(
            time_s, good, present, own[few], left[few], first[few], clock.longest_wait_s
        )
        end[few], known_s[few] = np.maximum(end[few], ahead), np.maximum(known_s[few], until_s)
    first = np.where(end > left + 1, first, left)
    new = np.ones(len(own), bool)
    new[1:] = (np.diff(moved_s) != 0) | (np.diff(end) != 0)
    of_beat = np.cumsum(new) - 1
    return HistoryWindows(
        first[new], end[new], moved_s[new], ~few[new], of_beat, known_s, clock.length_s
    )


def find_full_window(
    time_s: NDArray[np.float64], clock: HistoryClock, good: NDArray[np.bool_], moved_s: float
) -> slice | None:
    """Find the rows of one window, as `find_windows` does and far faster, if it is full.

    Parameters
    ----------
    time_s, clock, good
        As for `find_windows`.
    moved_s : float
        When the window moved, in s.

    Returns
    -------
    slice or None
        None for a window that reaches ahead.
    """
    edge_s = moved_s - clock.length_s
    left, end = time_s.searchsorted((edge_s, moved_s)).tolist()
    rows = slice(left + (edge_s > clock.start_s), end)
    return rows if np.count_nonzero(good[rows]) >= FIRST_BEATS else None


def _reach_ahead(
    time_s: NDArray[np.float64],
    good: NDArray[np.bool_],
    present: NDArray[np.bool_],
    own: NDArray[np.intp],
    left: NDArray[np.intp],
    first: NDArray[np.intp],
    longest_wait_s: float,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Find where windows end that reach ahead, and when that is known, in s.

    Parameters
    ----------
    time_s, good, present
        As for `find_windows`.
    own : (m,) int
        Beats that are compared.
    left, first : (m,) int
        Rows from which on beats are waited for, and from which on they count.
    longest_wait_s : float
        See `HistoryClock`.
    """
    n = len(time_s)
    good_rows, present_rows = (np.append(np.flatnonzero(some), n) for some in (good, present))
    since_good, since_present = (r[np.searchsorted(r, left)] for r in (good_rows, present_rows))
    since = np.where(since_good <= own, since_good, since_present)
    # Nothing is waited for where the signal is not there yet.
    begun = since <= own
    limit_s = np.where(begun, time_s[np.minimum(since, own)] + longest_wait_s, -np.inf)
    place = np.searchsorted(good_rows, first) + FIRST_BEATS - 1
    tenth = good_rows[np.minimum(place, len(good_rows) - 1)]
    known_s = np.minimum(limit_s, np.append(time_s, np.inf)[tenth])
    return np.minimum(tenth + 1, np.searchsorted(time_s, limit_s)), known_s
