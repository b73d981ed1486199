"""Refuse streams that come too fast, or whose amplitudes cannot be an ECG."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.sample_clock import AbsurdStream

#: A stream may come so many times faster than its sampling rate, after so many s at once: what a
#: device kept while its link was lost.
MOST_SPEED, MOST_AT_ONCE_S = 4.0, 900.0

#: A signal whose middle nine tenths span more mV in every lead, so many windows of so many s in a
#: row, is no ECG: 5 mV are rare, and an artefact does not last.
MOST_MV, LOOK_S, MOST_WINDOWS = 20.0, 5.0, 3


class StreamGuard:
    """Watches the rate and the amplitudes of one stream.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    paced : bool
        True where the source sends at its own pace, which is then bounded.
    clock : callable
        Seconds.
    """

    def __init__(self, fs: float, paced: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._fs, self._paced, self._clock = fs, paced, clock
        self._since, self._allowance_s = clock(), MOST_AT_ONCE_S
        self._large = 0  # windows in a row
        self._window: list[NDArray[np.float32]] = []

    def check(self, signal: NDArray[np.float32]) -> None:
        """Look at the next samples, (n, n_leads) in mV.

        Raises
        ------
        AbsurdStream
            When the stream is to be closed.
        """
        self._check_rate(len(signal) / self._fs)
        self._check_amplitude(signal)

    def _check_rate(self, lasting_s: float) -> None:
        if not self._paced:
            return
        now = self._clock()
        gained_s, self._since = (now - self._since) * MOST_SPEED, now
        if self._allowance_s < MOST_AT_ONCE_S:
            self._allowance_s = min(self._allowance_s + gained_s, MOST_AT_ONCE_S)
        # After a silence, however long it was, what was lost meanwhile may come, or its gap.
        self._allowance_s = max(self._allowance_s, gained_s) - lasting_s
        if self._allowance_s < 0:
            raise AbsurdStream(f"it sends more than {MOST_SPEED:g} times its sampling rate")

    def _check_amplitude(self, signal: NDArray[np.float32]) -> None:
        self._window.append(signal)
        if sum(map(len, self._window)) < LOOK_S * self._fs:
            return
        window, self._window = np.concatenate(self._window), []
        if window.max() - window.min() <= MOST_MV:  # of all leads, as nearly always; no NaN
            self._large = 0
            return
        known = np.where(np.isfinite(window), window, 0)
        low, high = np.percentile(known, (5, 95), axis=0)
        span = float((high - low).min())
        self._large = self._large + 1 if span > MOST_MV else 0
        if self._large >= MOST_WINDOWS:
            raise AbsurdStream(f"amplitudes of {span:.0f} mV are no ECG; state the unit (uV?)")
