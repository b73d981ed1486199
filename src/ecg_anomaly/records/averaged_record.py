"""Read a recording of a very high sampling rate at 1 to 2 kHz, by averaging samples.

Beats need no more: R peaks are detected at 100 to 200 Hz and windows are cut at a few hundred Hz.
The signal around the current beats at 100 kHz would not fit into memory.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.record import StreamedRecord

#: Recordings of twice this sampling rate, in Hz, or more are averaged to between it and twice it.
USUAL_HZ = 1000.0

#: Samples, of all leads together, that are averaged at a time.
BLOCK_SAMPLES = 1 << 20

#: NumPy adds up fewer values than these one after the other, and more of them in pairs.
ADDED_IN_PAIRS = 8


def average_down(recording: StreamedRecord) -> "AveragedRecord":
    """Return a recording at less than twice `USUAL_HZ`, averaged only if its own rate is higher.

    Parameters
    ----------
    recording : StreamedRecord
        Of any sampling rate.
    """
    return AveragedRecord(recording, max(1, int(recording.fs // USUAL_HZ)))


class AveragedRecord:
    """A recording whose samples are the means of `step` samples of another; a `StreamedRecord`.

    Parameters
    ----------
    recording : StreamedRecord
        At least `step` samples long; what is left over at its end is not read.
    step : int
        Samples that are averaged to one. With 1 the recording is read as it is.
    """

    def __init__(self, recording: StreamedRecord, step: int) -> None:
        self._recording, self.step = recording, step
        self.name, self.leads = recording.name, recording.leads
        self.fs, self.n_samples = recording.fs / step, recording.n_samples // step

    def next_stored(self, start: int) -> int:
        """Return the first averaged sample from `start` on of which any sample is stored."""
        return min(self._recording.next_stored(start * self.step) // self.step, self.n_samples)

    def find_origin(self, sample: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the middle sample, in the original recording, of averaged samples, (n,) int64."""
        return sample * self.step + self.step // 2

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Read mean amplitudes in mV, NaN where less than half of the samples are stored.

        Parameters as in `StreamedRecord.read`.
        """
        if self.step == 1:
            return self._recording.read(start, stop, columns)
        n_leads = len(self.leads) if columns is None else len(columns)
        signal = np.empty((n_leads, stop - start), np.float32).T
        size = max(1, BLOCK_SAMPLES // (self.step * max(1, n_leads)))
        for a in range(start, stop, size):
            b = min(stop, a + size)
            found = self._recording.read(a * self.step, b * self.step, columns)
            signal[a - start : b - start] = average_samples(found, self.step)
        return signal


def average_samples(signal: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Average every `step` samples of each lead to one.

    Parameters
    ----------
    signal : (n * step, n_leads) float32
        NaN where nothing is stored.
    step : int
        Samples that are averaged to one.

    Returns
    -------
    (n, n_leads) float32
        NaN where less than half is stored. Each mean depends bit for bit on its own samples only.
    """
    n, n_leads = len(signal) // step, signal.shape[1]
    return _average(np.ascontiguousarray(signal.T).reshape(n_leads, n, step)).T


def _average(parts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average over the last axis what is stored; NaN where less than half of it is."""
    means = _mean(parts)
    gaps = np.isnan(means)
    if gaps.any():
        rows = parts[gaps]
        known = np.isfinite(rows)
        count = known.sum(axis=-1)
        total = np.where(known, rows, np.float32(0)).sum(axis=-1)
        half = 2 * count >= parts.shape[-1]
        means[gaps] = np.where(half, total / np.maximum(count, 1), np.nan)
    return means


def _mean(parts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average over the last axis; the same bits as NumPy's mean, which is slow for a few values."""
    step = parts.shape[-1]
    if step >= ADDED_IN_PAIRS:
        return np.asarray(parts.mean(axis=-1))
    total = parts[..., 0].copy()
    for k in range(1, step):
        total += parts[..., k]
    return total / np.float32(step)
