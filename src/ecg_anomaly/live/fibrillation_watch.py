"""Watch for ventricular fibrillation, which has no beats that would tell of it.

The rule is that of `ecg_anomaly.findings.ventricular_fibrillation`: windows of the signal on the
clock of the recording, judged by themselves and by the beats that are known when they end.
"""

from collections import deque

import numpy as np

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.findings.beat_batch import UNREADABLE, VENTRICULAR, BeatBatch
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.oscillation import WINDOW_S
from ecg_anomaly.findings.ventricular_fibrillation import (
    MOST_CLEAR,
    STEP_S,
    VentricularFibrillationRule,
    Window,
    judge_windows,
)
from ecg_anomaly.live.signal_memory import SignalMemory

#: Seconds by which a window is judged late: what is known of beats when it ends is said within the
#: turn in which it ends.
LATE_S = 0.2

#: Logit of a window with clear beats: any below 0 says that it is no fibrillation.
CLEAR = -10.0

#: Clear beats that are remembered: more than a window can hold.
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
        self._clear: deque[tuple[float, float]] = deque(maxlen=MOST_BEATS)

    def add_beats(self, beats: BeatBatch, now_s: float) -> None:
        """Take beats that became known at `now_s`, the end of a turn."""
        clear = beats.quality >= TRUSTED_QUALITY
        clear &= (beats.number != UNREADABLE) & (beats.number != VENTRICULAR)
        self._clear.extend((at, now_s) for at in beats.time_s[clear].tolist())

    def look(self, memory: SignalMemory) -> list[Finding]:
        """Judge the windows that have ended; return the episodes that are over."""
        stop = int((memory.n_samples / memory.fs - LATE_S) / STEP_S + 1e-6) + 1
        numbers = range(self._next, stop)
        self._next = max(self._next, stop)
        # A window with clear beats is none of fibrillation, and tells that an episode is over.
        windows = {n: Window(n * STEP_S, CLEAR) for n in numbers}
        unclear = [n for n in numbers if self._is_unclear(n * STEP_S)]
        for window in judge_windows(memory, np.array(unclear, np.int64)) if unclear else ():
            windows[round(window.end_s / STEP_S)] = window
        return [found for n in numbers for found in self._rule.add_window(windows[n])]

    def _is_unclear(self, end_s: float) -> bool:
        start_s = end_s - WINDOW_S
        known = [at for at, known_s in self._clear if known_s <= end_s + LATE_S]
        return sum(at >= start_s for at in known) <= MOST_CLEAR

    def under_way(self) -> list[Finding]:
        """Return the episode that is under way, if it has lasted long enough."""
        return self._rule.under_way()

    def finish(self) -> list[Finding]:
        """Return the episode that is under way when the stream ends."""
        return self._rule.finish()
