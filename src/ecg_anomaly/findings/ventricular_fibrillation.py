"""Find ventricular fibrillation and flutter: the signal oscillates, and no clear QRS is there.

Wide QRS complexes that follow each other without a pause oscillate as well. They come evenly, and
so do the beats that are found in them: that is a ventricular tachycardia, and said to be one.

Both is asked of windows on the clock of the recording, see `ecg_anomaly.findings.judged_windows`.
"""

import numpy as np

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.judged_windows import Window
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.swing_measures import WINDOW_S

#: Oscillation is one episode if less than this is between, in s.
JOIN_S = 5.0

#: So many windows in a row, 8 s, with beats that come evenly, or without, are an episode of their
#: own where most of as many before are of the other sort: a tachycardia becomes fibrillation.
CHANGE = 16

#: It is certain when the logits of its windows add up to this: one that is clear, or several.
LEAST_EVIDENCE = 1.0


class VentricularFibrillationRule:
    """Finds oscillation that lasts; takes windows in order, whatever pieces they come in.

    It is a ventricular tachycardia where beats come evenly in most of its windows.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._least_s = limits.vf_s
        self._found_s: float | None = None
        self._windows: list[tuple[float, float, float]] = []  # of the episode that is under way
        self._even = 0  # in how many of them beats come evenly

    def add_window(self, window: Window) -> list[Finding]:
        """Take a window; return an episode that was over before it."""
        found = []
        if self._windows and window.end_s - WINDOW_S - self._windows[-1][0] > JOIN_S:
            found = self.finish()
        if window.logit <= 0 and not (window.goes_on and self._found_s is not None):
            return found
        self._windows.append((window.end_s, window.logit, window.bpm))
        self._even += window.bpm == window.bpm
        if self._found_s is None:
            lasts = window.end_s - self._start_s >= self._least_s
            certain = sum(logit for _, logit, _ in self._windows) >= LEAST_EVIDENCE
            self._found_s = window.end_s if lasts and certain else None
        return found + self._split()

    @property
    def _start_s(self) -> float:
        return self._windows[0][0] - WINDOW_S

    def _split(self) -> list[Finding]:
        """End the episode where its last windows are another one."""
        before, last = len(self._windows) - CHANGE, self._windows[-CHANGE:]
        even = sum(bpm == bpm for _, _, bpm in last)
        # All of the last ones are of one sort, and most of those before are of the other.
        changes = even in (0, CHANGE) and (even == 0) == (2 * (self._even - even) > before)
        if before < CHANGE or not changes:
            return []
        self._windows, self._even = self._windows[:before], self._even - even
        found = self.finish()
        self._windows, self._even, self._found_s = last, even, last[-1][0]
        return found

    def finish(self) -> list[Finding]:
        """Return the episode that is under way: the recording ends, or the episode does."""
        found = self.under_way()
        self._windows, self._even, self._found_s = [], 0, None
        return found

    def under_way(self) -> list[Finding]:
        """Return the episode that is under way, as it is by now, if it has lasted long enough."""
        if self._found_s is None:
            return []
        end_s, logit, bpm = np.array(self._windows).T
        lasting_s = float(end_s[-1]) - self._start_s
        kind, beats, rate = "ventricular_fibrillation", 0, None
        why = f"no clear QRS complexes for {lasting_s:.1f} s, and the signal oscillates"
        if 2 * self._even > len(bpm):
            kind, rate = "ventricular_tachycardia", float(np.nanmedian(bpm))
            beats = round(lasting_s * rate / 60)
            why = f"wide QRS complexes that come evenly for {lasting_s:.1f} s, {rate:.0f} a minute"
        sure = float((1 / (1 + np.exp(-logit))).mean())
        times = self._start_s, float(end_s[-1]), self._found_s
        return [Finding(kind, *times, beats, rate, sure, why)]
