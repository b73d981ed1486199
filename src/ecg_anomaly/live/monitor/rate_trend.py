"""The heart rate of the last hour of one patient, for the trend on the page."""

from typing import Any

import numpy as np

#: Length of the trend and of one of its steps, in s.
SPAN_S, STEP_S = 3600.0, 10.0
N_STEPS = int(SPAN_S / STEP_S)


class RateTrend:
    """Means of the heart rate over steps of `STEP_S` of the recording's clock, for `SPAN_S`."""

    def __init__(self) -> None:
        self._total = np.zeros(N_STEPS)
        self._n = np.zeros(N_STEPS, dtype=np.int32)
        self._last = -1  # number of the newest step; -1 when there is none

    def add(self, time_s: float, rate_bpm: float) -> None:
        """Add a heart rate in beats per minute; one from before the newest step is left out.

        A time more than `SPAN_S` before the newest one means that the recording has started again.
        """
        step = int(time_s // STEP_S)
        if step < self._last - N_STEPS:
            self._n[:], self._total[:], self._last = 0, 0, -1
        if step < self._last:
            return
        if step > self._last:
            fresh = np.arange(max(self._last + 1, step - N_STEPS + 1), step + 1) % N_STEPS
            self._n[fresh], self._total[fresh] = 0, 0
            self._last = step
        self._total[step % N_STEPS] += rate_bpm
        self._n[step % N_STEPS] += 1

    def to_message(self) -> dict[str, Any]:
        """Return the trend for the page: start, step, means with None where there is no rate."""
        first = max(0, self._last - N_STEPS + 1)
        places = np.arange(first, self._last + 1) % N_STEPS
        n, total = self._n[places].tolist(), self._total[places].tolist()
        means = [round(t / c, 1) if c else None for t, c in zip(total, n, strict=True)]
        return {"start_s": first * STEP_S, "step_s": STEP_S, "rate_bpm": means}
