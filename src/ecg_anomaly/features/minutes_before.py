"""Find the windows of minutes before beats as they come, and which beats have theirs complete."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.history_windows import find_full_window, find_windows
from ecg_anomaly.features.interval_summary import (
    IntervalSummary,
    summarise_intervals,
    summarise_window,
)
from ecg_anomaly.features.summary_cache import SummaryCache


@dataclass(frozen=True)
class MinutesBefore:
    """The windows of minutes that consecutive beats are compared with.

    Attributes
    ----------
    clock : HistoryClock
    first_leads : sequence of int
        The first lead of each of the choices that beats are read on.
    cache : SummaryCache
        What has been found for the current window.
    """

    clock: HistoryClock
    first_leads: Sequence[int]
    cache: SummaryCache

    def count_known(
        self, beats: DetectedBeats, since: int, moved_s: NDArray[np.float64], known_s: float
    ) -> int:
        """Count the first beats whose windows are complete on the leads they are read on.

        Parameters
        ----------
        beats : DetectedBeats
        since : int
            Row of the first of the n beats in question.
        moved_s : (n,) float64
            When the window of each moved, in s.
        known_s : float
            Time in s up to which all beats are known.
        """
        mine = slice(since, since + len(moved_s))
        reasons, choices = beats.unreadable[mine].tolist(), beats.choice[mine].tolist()
        read = [n if why == "" else -1 for why, n in zip(reasons, choices, strict=True)]
        lacking = [n for n in set(read) - {-1} if not self.cache.get(("full", n), moved_s)]
        late = np.zeros(len(moved_s), bool)
        for number in lacking:
            trusted = beats.trusted[:, self.first_leads[number]]
            if self._full_window(beats.time_s, trusted, moved_s):
                self.cache.put(("full", number), float(moved_s[0]), True)
                continue
            rows = np.flatnonzero(np.array(read) == number)
            if self.cache.get(("full", number), moved_s[rows]):
                continue
            present = beats.present[:, self.first_leads[number]]
            windows = find_windows(beats.time_s, self.clock, trusted, present, since + rows)
            late[rows] = windows.known_s > known_s
            if windows.full[-1]:
                self.cache.put(("full", number), float(windows.moved_s[-1]), True)
        return _count_before(late) if lacking else len(late)

    def summarise(
        self,
        time_s: NDArray[np.float64],
        previous_s: NDArray[np.float64],
        since: int,
        moved_s: NDArray[np.float64],
        known_s: float,
    ) -> IntervalSummary:
        """Summarise the intervals that beats are compared with, up to the first not known yet.

        Parameters
        ----------
        time_s, previous_s : (n,) float64
            R peaks, and the RR interval before each, NaN where unknown; in s.
        since, moved_s, known_s
            As for `count_known`.

        Returns
        -------
        IntervalSummary
            One for each of those beats, or for fewer of them.
        """
        n = len(moved_s)
        found = self.cache.get("intervals", moved_s)
        if found is not None:
            return found if n == 1 else found.select(np.zeros(n, np.intp))
        # Those of beats that are no noise, on whichever lead.
        good = np.isfinite(previous_s)
        if rows := self._full_window(time_s, good, moved_s):
            newest = summarise_window(previous_s[rows])
            self.cache.put("intervals", float(moved_s[0]), newest)
            return newest if n == 1 else newest.select(np.zeros(n, np.intp))
        present = np.ones(len(time_s), bool)
        windows = find_windows(time_s, self.clock, good, present, slice(since, since + n))
        n = _count_before(windows.known_s > known_s)
        if not n:
            return IntervalSummary(*np.zeros((3, 0)))
        windows = windows.of_first(n)
        minutes = summarise_intervals(previous_s, windows)
        if windows.full[-1]:
            newest = minutes.select(np.array([-1]))
            self.cache.put("intervals", float(windows.moved_s[-1]), newest)
        return minutes.select(windows.of_beat)

    def _full_window(
        self, time_s: NDArray[np.float64], good: NDArray[np.bool_], moved_s: NDArray[np.float64]
    ) -> slice | None:
        """Return the rows of the window of some beats if all have the same one, and it is full."""
        if not len(moved_s) or moved_s[0] != moved_s[-1]:
            return None
        return find_full_window(time_s, self.clock, good, float(moved_s[0]))


def _count_before(late: NDArray[np.bool_]) -> int:
    """Count what comes before the first that is late."""
    return int(np.argmax(late)) if late.any() else len(late)
