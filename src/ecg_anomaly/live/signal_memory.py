"""The last seconds of a running ECG, read by the sample number like a stored recording."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass
class SignalMemory:
    """Keeps the last seconds of a stream; it is a `records.record.StreamedRecord`.

    Attributes
    ----------
    name : str
    fs : float
        Sampling rate in Hz.
    leads : tuple of str
    keep_s : float
        Seconds that are kept at least, and twice as many at most.
    n_samples : int
        Samples so far, those that are not kept any more included.
    """

    name: str
    fs: float
    leads: tuple[str, ...]
    keep_s: float
    n_samples: int = 0
    _held: NDArray[np.float32] = field(init=False, repr=False)
    _used: int = field(default=0, init=False, repr=False)

    def __post_init__(self) -> None:
        self._held = np.full((2 * self._kept, len(self.leads)), np.nan, np.float32)

    @property
    def _kept(self) -> int:
        return max(1, round(self.keep_s * self.fs))

    @property
    def first_kept(self) -> int:
        """Number of the first sample that is still kept."""
        return self.n_samples - self._used

    def append(self, signal: NDArray[np.float32]) -> None:
        """Take the next samples, (n, n_leads) in mV."""
        self.n_samples += len(signal)
        stop = self._used + len(signal)
        if stop <= len(self._held):  # as nearly always
            self._held[self._used : stop], self._used = signal, stop
            return
        signal = signal[-len(self._held) :]
        if self._used + len(signal) > len(self._held):
            rest = self._held[max(0, self._used - self._kept) : self._used].copy()
            rest = rest[max(0, len(rest) + len(signal) - len(self._held)) :]
            self._held[: len(rest)], self._used = rest, len(rest)
        self._held[self._used : self._used + len(signal)] = signal
        self._used += len(signal)

    def read(
        self, start: int, stop: int, columns: Sequence[int] | None = None
    ) -> NDArray[np.float32]:
        """Copy the samples from `start` up to, and without, `stop`; NaN where none is kept."""
        chosen = range(len(self.leads)) if columns is None else columns
        found = np.full((max(0, stop - start), len(chosen)), np.nan, np.float32)
        low, high = max(start, self.first_kept), min(stop, self.n_samples)
        if low < high:
            rows = self._held[low - self.first_kept : high - self.first_kept]
            found[low - start : high - start] = rows if columns is None else rows[:, list(columns)]
        return found

    def next_stored(self, start: int) -> int:
        """Return the first sample from `start` on that is kept."""
        return max(start, min(self.first_kept, self.n_samples))

    def state(self) -> NDArray[np.float32]:
        """Return all that is kept: after a restart as much is known as without."""
        return self._held[: self._used].copy()

    def restore(self, n_samples: int, held: NDArray[np.float32]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            When it is not one of these leads.
        """
        if held.ndim != 2 or held.shape[1] != len(self.leads) or len(held) > n_samples:
            raise ValueError("samples that were kept")
        self._used, self.n_samples = 0, n_samples - len(held)
        self.append(held.astype(np.float32))
