"""Bridge the short gaps of a recording in progress exactly as those of a whole one."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.missing_samples import bridge_short_gaps, longest_short_gap


class StreamGaps:
    """Gives the samples of a recording with short gaps bridged, as soon as their end is known.

    What it gives is `bridge_short_gaps` of the whole recording. Samples
    that may lie in a short gap are held back, for `SHORT_GAP_S` at most.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    n_leads : int

    Attributes
    ----------
    longest : int
        Samples of the longest short gap.
    """

    def __init__(self, fs: float, n_leads: int) -> None:
        self._fs, self.longest = fs, longest_short_gap(fs)
        # The last samples that were given, and after them those that are held back.
        self.held = np.zeros((0, n_leads), np.float32)
        self.n_given = 0

    def push(
        self, signal: NDArray[np.float32], last: bool = False, settled: bool = False
    ) -> NDArray[np.float32]:
        """Take the next samples; return those that are known now, after those given before.

        Parameters
        ----------
        signal : (n, n_leads) float32
            NaN where missing; n may be 0.
        last : bool
            True when no more samples will come.
        settled : bool
            True when it is known that each lead is whole in them, or has been missing since longer
            than a short gap lasts. This saves a search.
        """
        long = len(self.held) == self.n_given and len(signal) > self.longest
        if long and (settled or not np.isnan(signal.sum())):
            self.held, self.n_given = signal[-self.longest - 1 :].copy(), self.longest + 1
            return signal
        both = np.concatenate([self.held, signal])
        stop = len(both) if last else len(both) - self._count_open(np.isnan(both))
        stop = max(stop, self.n_given)
        found = bridge_short_gaps(both, self._fs)[self.n_given : stop]
        first = max(0, stop - self.longest - 1)
        self.held, self.n_given = both[first:].copy(), stop - first
        return found

    def _count_open(self, missing: NDArray[np.bool_]) -> int:
        """Count the samples at the end that may lie in a short gap of some lead."""
        trailing = (
            np.where(missing.all(axis=0), len(missing), np.argmin(missing[::-1], axis=0))
            if len(missing)
            else np.zeros(1, int)
        )
        return int(trailing[trailing <= self.longest].max(initial=0))
