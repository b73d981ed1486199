"""A piece of a recording that knows where it comes from, and how its gaps are bridged."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

#: A gap is bridged by its last value, and by a straight line in its last second: what is put in
#: its place depends on no sample further away, however long the gap is.
RAMP_S = 1.0

#: No electrode gives more, in mV: beyond, a sample counts as missing.
LARGEST_MV = 5000.0


@dataclass(frozen=True)
class Excerpt:
    """Consecutive samples of a recording.

    Attributes
    ----------
    signal : (n, n_leads) float32
        Amplitude in mV; what is not finite or beyond `LARGEST_MV` counts as missing.
    start : int
        Sample of the recording that comes first.
    n_samples : int
        Length of the whole recording.
    before : (n_leads,) float32
        Last value that is not missing before the excerpt, NaN where there is none.
    """

    signal: NDArray[np.float32]
    start: int
    n_samples: int
    before: NDArray[np.float32]

    @classmethod
    def whole(cls, signal: NDArray[np.float32]) -> "Excerpt":
        """Take a whole recording, ``(n_samples, n_leads)``."""
        return cls(signal, 0, len(signal), np.full(signal.shape[1], np.nan, np.float32))

    def select(self, rows: list[int]) -> "Excerpt":
        """Return some of the leads, in this order; not copied when they are all as they are."""
        if rows == list(range(self.signal.shape[1])):
            return self
        return replace(self, signal=self.signal[:, rows], before=self.before[rows])


def lacks_samples(signal: NDArray[np.float32]) -> bool:
    """Say whether `find_missing` would mark any sample, in a fraction of its time."""
    if not signal.size:
        return False
    return not (signal.min() >= -LARGEST_MV and signal.max() <= LARGEST_MV)


def find_missing(signal: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Mark samples that are no measurement: NaN, infinite, or beyond `LARGEST_MV`."""
    return ~(np.abs(signal) <= LARGEST_MV)


def mask_missing(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the signal with NaN wherever a sample is no measurement; a copy only if needed."""
    if not lacks_samples(signal):
        return signal
    return np.where(find_missing(signal), np.float32(np.nan), signal)


def bridge_gaps(
    lead: NDArray[np.float32], missing: NDArray[np.bool_], before: float, fs: float
) -> NDArray[np.float32]:
    """Replace missing samples.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV.
    missing : (n,) bool
        Samples to replace.
    before : float
        Last value before the first sample; NaN where there is none. Of a gap that began earlier
        the first `RAMP_S` may be bridged differently from what the whole recording would give.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) float32
        A gap holds its last value until `RAMP_S` before its end and goes straight to the next one
        from there. One at the start takes the first value, one at the end the last; with no value
        at all everything is 0.
    """
    if not missing.any():
        return lead
    known = np.flatnonzero(~missing)
    at, values = known, lead[known]
    if np.isfinite(before):
        at, values = np.append(-1, at), np.append(np.float32(before), values)
    if not len(at):
        return np.zeros_like(lead)
    ramp = max(1, round(RAMP_S * fs))
    held = np.flatnonzero(np.diff(at) > ramp) + 1
    at, values = np.insert(at, held, at[held] - ramp), np.insert(values, held, values[held - 1])
    bridged = lead.copy()
    bridged[missing] = np.interp(np.flatnonzero(missing), at, values)
    return bridged
