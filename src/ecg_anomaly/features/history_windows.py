"""Which earlier beats each beat of a record is compared with: windows that move by the clock.

A window moves every `step_s` seconds of the record, however many beats there are. So a beat that is
missed, or found where none is, has no influence on any window that does not hold it: the beats
after it are compared with what they would have been compared with anyway.
"""

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.running_statistics import row_quantiles

#: Mean interval, in s, where no interval is known.
UNKNOWN_RR_S = 0.8

#: A window with less than one beat in so many s says too little of what is usual (16 in five
#: minutes): it is made longer by the next `AHEAD_S`, in s, so that a lead that comes on is learnt.
MOST_S_PER_BEAT, AHEAD_S = 18.0, 60.0

#: Values whose quantiles are taken together.
BATCH_VALUES = 100_000


def learning_end_s(start_s: float, span_s: float, step_s: float) -> float:
    """Time in s at which the learning period ends of a record whose first R peak is at `start_s`.

    It lasts `span_s`, rounded up to whole steps of the clock, from the step with the first R peak.
    """
    return (floor(start_s / step_s) + ceil(span_s / step_s)) * step_s


@dataclass(frozen=True)
class HistoryWindows:
    """Windows of earlier beats.

    Attributes
    ----------
    first, end : (n_windows,) int
        First and past-the-end row of the beats in each window; at least one.
    of_beat : (n,) int
        The window that each of the last n beats is compared with.
    length_s : float
        Length of a window in s.
    until_s : (n_windows,) float64
        Time in s before which all beats of a window lie.
    """

    first: NDArray[np.intp]
    end: NDArray[np.intp]
    of_beat: NDArray[np.intp]
    length_s: float
    until_s: NDArray[np.float64]

    @property
    def spans(self) -> NDArray[np.intp]:
        """First and past-the-end rows side by side, (n_windows, 2)."""
        return np.column_stack([self.first, self.end])

    def take(self, used: NDArray[np.intp], of_beat: NDArray[np.intp]) -> "HistoryWindows":
        """Return some of the windows, for other beats."""
        first, end, until_s = self.first[used], self.end[used], self.until_s[used]
        return HistoryWindows(first, end, of_beat, self.length_s, until_s)

    def lengthen(
        self, time_s: NDArray[np.float64], compared: NDArray[np.bool_]
    ) -> "HistoryWindows":
        """Make the windows longer that hold too few beats, see `MOST_S_PER_BEAT`.

        Parameters
        ----------
        time_s : (n,) float64
            R peaks in s.
        compared : (n,) bool
            Beats that others may be compared with.
        """
        before = np.concatenate([[0], np.cumsum(compared)])
        few = before[self.end] - before[self.first] < self.length_s / MOST_S_PER_BEAT
        if not few.any():
            return self
        until_s = np.where(few, self.until_s + AHEAD_S, self.until_s)
        end = np.where(few, np.searchsorted(time_s, until_s), self.end)
        return replace(self, end=np.maximum(end, self.end), until_s=until_s)


def find_windows(
    time_s: NDArray[np.float64], span_s: float, step_s: float, start_s: float, since: int = 0
) -> HistoryWindows:
    """Find the window of each beat.

    Parameters
    ----------
    time_s : (n,) float64
        R peaks in s; all of the learning period, or none of it.
    span_s : float
        A beat is compared with beats of at most so many seconds before it.
    step_s : float
        How often windows move.
    start_s : float
        First R peak of the record in s.
    since : int
        Beats at the start that are only looked back at.

    Returns
    -------
    HistoryWindows
        Of the n - `since` last beats. Between two moves all beats share the window of `span_s` less
        `step_s` before the last move, without the first beat in it, so that none depends on
        anything further back than `span_s`. The beats of
        the learning period are all compared with the whole of it. A beat that has no other in its
        window is compared with itself, or with the first one since the window moved.
    """
    learnt_s = learning_end_s(start_s, span_s, step_s)
    moved_s = np.where(time_s < learnt_s, -1.0, np.floor(time_s / step_s) * step_s)[since:]
    moves_s, of_beat = np.unique(moved_s, return_inverse=True)
    first = np.searchsorted(time_s, moves_s - (span_s - step_s))
    end = np.searchsorted(time_s, moves_s)
    # The interval of the first beat in a window began outside of it: that beat is left out.
    first = np.where(end > first + 1, first + 1, first)
    learning = moves_s < 0
    first[learning], end[learning] = 0, np.searchsorted(time_s, learnt_s)
    until_s = np.where(learning, learnt_s, moves_s)
    return HistoryWindows(first, np.maximum(end, first + 1), of_beat, span_s - step_s, until_s)


def summarise_intervals(
    rr_s: NDArray[np.float64], windows: HistoryWindows
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean, 10 % and 90 % quantile of the known RR intervals in each window.

    Parameters
    ----------
    rr_s : (n,) float64
        NaN where unknown.
    windows : HistoryWindows

    Returns
    -------
    mean_s, low_s, high_s : (n_windows,) float64
        `UNKNOWN_RR_S` where no interval of a window is known.
    """
    # Each window is added up by itself: its sum does not depend on what came before it.
    edges = windows.spans.ravel()
    total = np.add.reduceat(np.append(np.nan_to_num(rr_s), 0.0), edges)[::2]
    number = np.add.reduceat(np.append(np.isfinite(rr_s), False).astype(np.intp), edges)[::2]
    mean_s = np.where(number > 0, total / np.maximum(number, 1), UNKNOWN_RR_S)
    low_s, high_s = np.zeros(len(mean_s)), np.zeros(len(mean_s))
    longest = int((windows.end - windows.first).max(initial=1))
    size = max(1, BATCH_VALUES // longest)
    for start in range(0, len(mean_s), size):
        batch = slice(start, start + size)
        rows, counts = _sorted_rows(rr_s, windows.first[batch], windows.end[batch])
        low_s[batch], high_s[batch] = (row_quantiles(rows, counts, q) for q in (0.1, 0.9))
    return mean_s, low_s, high_s


def _sorted_rows(
    rr_s: NDArray[np.float64], first: NDArray[np.intp], end: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Sort the known intervals of each window; how many they are."""
    offset = np.arange(int((end - first).max(initial=1)))
    rows = rr_s[np.minimum(first[:, None] + offset, len(rr_s) - 1)]
    rows[(offset >= (end - first)[:, None]) | np.isnan(rows)] = np.inf
    rows.sort(axis=1)
    finite = np.count_nonzero(np.isfinite(rows), axis=1)
    rows[finite == 0] = UNKNOWN_RR_S
    return rows, np.maximum(finite, 1)
