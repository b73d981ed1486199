"""Watch the signal for ventricular fibrillation, which has no beats.

The rule is that of `ecg_anomaly.findings.ventricular_fibrillation`: windows of the signal on the
clock of the recording, judged by themselves and by the beats that are known when they end.
"""

from collections import deque
from collections.abc import Sequence
from itertools import islice, pairwise

import numpy as np

from ecg_anomaly.findings.beat_batch import Beat
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.judged_windows import Window, judge_windows
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.swing_measures import WINDOW_S
from ecg_anomaly.findings.unclear_windows import (
    MOST_CLEAR,
    MOST_CLEAR_BY_CHANCE,
    MOST_UNEVEN,
    NEAREST_S,
    STEP_S,
    KnownBeats,
    choose_unclear,
    is_clear,
)
from ecg_anomaly.findings.ventricular_fibrillation import VentricularFibrillationRule
from ecg_anomaly.live.signal_memory import SignalMemory

#: Seconds by which a window is judged late: what is known of beats when it ends is said within the
#: turn in which it ends.
LATE_S = 0.2

#: Logit of a window with clear beats: any below 0 says that it is no fibrillation.
CLEAR = -10.0

#: Beats that are remembered: more than a window can hold.
MOST_BEATS = 64


class FibrillationWatch:
    """Judges the windows of a stream as they end.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._rule = VentricularFibrillationRule(limits)
        self._next = round(WINDOW_S / STEP_S)  # number of the next window
        # Of the last beats the R peak in s, when it was known, and whether it is clear.
        self._beats: deque[tuple[float, float, bool]] = deque(maxlen=MOST_BEATS)

    def add_beats(self, beats: Sequence[Beat], now_s: float) -> None:
        """Take beats that became known at `now_s`, the end of a turn."""
        self._beats.extend((beat.time_s, now_s - LATE_S, is_clear(beat)) for beat in beats)

    def look(self, memory: SignalMemory) -> list[Finding]:
        """Judge the windows that have ended; return the episodes that are over."""
        stop = int((memory.n_samples / memory.fs - LATE_S) / STEP_S + 1e-6) + 1
        if stop <= self._next:
            return []
        numbers, self._next = range(self._next, stop), stop
        # A window with clear beats is none of fibrillation, and tells that an episode is over.
        windows = {n: Window(n * STEP_S, CLEAR) for n in numbers}
        asked = [n for n in numbers if not self._is_clear(n * STEP_S)]
        if asked:
            rows = np.array(self._beats).reshape(-1, 3).T
            known = KnownBeats(rows[0], rows[1], rows[2] > 0)
            unclear = choose_unclear(known, np.array(asked, np.int64))
            for window in judge_windows(memory, unclear) if len(unclear.number) else ():
                windows[round(window.end_s / STEP_S)] = window
        return [found for window in windows.values() for found in self._rule.add_window(window)]

    def _is_clear(self, end_s: float) -> bool:
        """Tell at once, as nearly always, that `choose_unclear` would not choose a window."""
        return self._has_enough_clear(end_s) or self._is_steady(end_s)

    def _is_steady(self, end_s: float) -> bool:
        """Tell whether the last beats are all clear and come at a rate, two in the window."""
        known = (beat for beat in reversed(self._beats) if beat[1] <= end_s)
        last = list(islice(known, MOST_CLEAR_BY_CHANCE + 2))
        if len(last) < MOST_CLEAR_BY_CHANCE + 2 or not all(clear for _, _, clear in last):
            return False
        rr_s = [later[0] - at for later, (at, _, _) in pairwise(last)]
        even = max(rr_s) <= MOST_UNEVEN * min(rr_s) and min(rr_s) >= NEAREST_S
        return even and last[MOST_CLEAR][0] >= end_s - WINDOW_S

    def _has_enough_clear(self, end_s: float) -> bool:
        """Tell whether so many beats in a window are clear and alone that it is no fibrillation."""
        n, next_s, waits = 0, np.inf, False  # `waits`: for the beat before, which may be too near
        for at_s, known_s, clear in reversed(self._beats):
            if known_s > end_s:
                continue
            alone = next_s - at_s >= NEAREST_S
            n += waits and alone
            if at_s < end_s - WINDOW_S or n > MOST_CLEAR_BY_CHANCE:
                break
            waits, next_s = clear and alone, at_s
        else:
            n += waits
        return n > MOST_CLEAR_BY_CHANCE

    def under_way(self) -> list[Finding]:
        """Return the episode that is under way, if it has lasted long enough."""
        return self._rule.under_way()

    def finish(self) -> list[Finding]:
        """Return the episode that is under way when the stream ends."""
        return self._rule.finish()
