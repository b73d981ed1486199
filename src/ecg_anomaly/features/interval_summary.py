"""Summarise the RR intervals of the last minutes: mean and quantiles in each window."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.history_windows import HistoryWindows
from ecg_anomaly.features.running_statistics import row_quantiles

#: Mean interval, in s, where no interval is known.
UNKNOWN_RR_S = 0.8

#: Values whose quantiles are taken together.
BATCH_VALUES = 100_000


def mean_intervals(rr_s: NDArray[np.float64], windows: HistoryWindows) -> NDArray[np.float64]:
    """Mean of the known RR intervals, (n,) float64 in s, in each window; see `summarise_intervals`.

    Each window is added up by itself: its sum does not depend on what came before it.
    """
    edges, some = windows.spans.ravel(), windows.end > windows.first
    known = np.isfinite(rr_s)
    total = np.add.reduceat(np.append(np.where(known, rr_s, 0.0), 0.0), edges)[::2]
    number = np.add.reduceat(np.append(known, False).astype(np.intp), edges)[::2]
    return np.where(some & (number > 0), total / np.maximum(number, 1), UNKNOWN_RR_S)


@dataclass(frozen=True)
class IntervalSummary:
    """Mean, 10 % and 90 % quantile of the known RR intervals in some windows, in s.

    All arrays are (n,) float64, `UNKNOWN_RR_S` where no interval of a window is known.
    """

    mean_s: NDArray[np.float64]
    low_s: NDArray[np.float64]
    high_s: NDArray[np.float64]

    def select(self, rows: NDArray[Any]) -> "IntervalSummary":
        """Return the summaries of some windows, or the one that each beat has."""
        return IntervalSummary(self.mean_s[rows], self.low_s[rows], self.high_s[rows])


def summarise_intervals(rr_s: NDArray[np.float64], windows: HistoryWindows) -> IntervalSummary:
    """Summarise the known RR intervals in each window.

    Parameters
    ----------
    rr_s : (n,) float64
        NaN where unknown.
    windows : HistoryWindows
    """
    mean_s = mean_intervals(rr_s, windows)
    low_s, high_s = np.zeros(len(mean_s)), np.zeros(len(mean_s))
    longest = int((windows.end - windows.first).max(initial=1))
    size = max(1, BATCH_VALUES // longest)
    for start in range(0, len(mean_s), size):
        batch = slice(start, start + size)
        rows, counts = _sorted_rows(rr_s, windows.first[batch], windows.end[batch])
        low_s[batch], high_s[batch] = (row_quantiles(rows, counts, q) for q in (0.1, 0.9))
    return IntervalSummary(mean_s, low_s, high_s)


def summarise_window(rr_s: NDArray[np.float64]) -> IntervalSummary:
    """Summarise the intervals of one window, as `summarise_intervals` does and far faster.

    Parameters
    ----------
    rr_s : (n,) float64
        Of the window alone; NaN where unknown, at least one is not.

    Returns
    -------
    IntervalSummary
        One row.
    """
    known = np.isfinite(rr_s)
    # Added up as there, so that the last bit is the same.
    (total,) = np.add.reduceat(np.where(known, rr_s, 0.0), [0]).tolist()
    ordered = np.sort(rr_s[known]).tolist()
    low_s, high_s = (_quantile(ordered, share) for share in (0.1, 0.9))
    return IntervalSummary(*np.array([[total / len(ordered)], [low_s], [high_s]]))


def _quantile(ordered: list[float], share: float) -> float:
    """Quantile of sorted values, as `row_quantiles` has it."""
    place = share * (len(ordered) - 1)
    below = int(place)
    low, high = ordered[below], ordered[min(below + 1, len(ordered) - 1)]
    part, step = place - below, high - low
    return low + step * part if part < 0.5 else high - step * (1 - part)


def _sorted_rows(
    rr_s: NDArray[np.float64], first: NDArray[np.intp], end: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Sort the known intervals of each window, and count them."""
    offset = np.arange(int((end - first).max(initial=1)))
    rows = rr_s[np.minimum(first[:, None] + offset, len(rr_s) - 1)]
    rows[(offset >= (end - first)[:, None]) | np.isnan(rows)] = np.inf
    rows.sort(axis=1)
    finite = np.count_nonzero(np.isfinite(rows), axis=1)
    rows[finite == 0] = UNKNOWN_RR_S
    return rows, np.maximum(finite, 1)
