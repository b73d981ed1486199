"""The last seconds of one patient's signal, in a memory of constant size."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Seconds that are kept: a strip at 25 mm/s over the width of a large screen.
SPAN_S = 20.0

#: Largest sampling rate in Hz and number of leads: the signal is for the eye, not for analysis.
HIGHEST_FS, MOST_LEADS = 250.0, 16

#: Samples are kept as whole microvolts; this one stands for "nothing recorded".
MISSING = -32768
LARGEST_UV = 32767


class RecentSignal:
    """The last `SPAN_S` seconds of all leads of a patient.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz.
    leads : tuple of str
        Names.

    Attributes
    ----------
    next_sample : int
        Number of the sample that would come next, counted from the start of the recording.

    Raises
    ------
    ValueError
        If the rate or the number of leads is more than a page can show.
    """

    def __init__(self, fs: float, leads: tuple[str, ...]) -> None:
        if not 0 < fs <= HIGHEST_FS or not 0 < len(leads) <= MOST_LEADS:
            raise ValueError(
                f"{len(leads)} leads at {fs:g} Hz: the monitor takes 1 to {MOST_LEADS} leads "
                f"at {HIGHEST_FS:g} Hz at most"
            )
        self.fs, self.leads = fs, leads
        self.next_sample = 0
        self._size = int(np.ceil(SPAN_S * fs))
        self._ring = np.full((len(leads), self._size), MISSING, dtype=np.int16)

    def append(self, sample: int, values: ArrayLike) -> None:
        """Add samples; samples that are known already are left out, a gap is missing signal.

        Parameters
        ----------
        sample : int
            Number of the first one. Far behind what is known, the recording has started again and
            what was known is dropped.
        values : (n_leads, n) array_like of float
            In mV, NaN where nothing was recorded; beyond 32.767 mV they are clipped.

        Raises
        ------
        ValueError
            If the number of rows is not that of the leads.
        """
        block = _to_microvolts(values)
        if block.shape[0] != len(self.leads):
            raise ValueError(f"{block.shape[0]} rows of values for {len(self.leads)} leads")
        end = sample + block.shape[1]
        if end <= self.next_sample - self._size or not self.next_sample:
            self._ring[:] = MISSING
            self.next_sample = sample
        first = max(sample, self.next_sample, end - self._size)  # what is new and has space
        if first < end:
            self._forget(min(first - self.next_sample, self._size))
            place, new = first % self._size, block[:, first - sample :]
            if place + end - first <= self._size:  # as mostly, and faster
                self._ring[:, place : place + end - first] = new
            else:
                self._ring[:, np.arange(first, end) % self._size] = new
            self.next_sample = end

    def _forget(self, n: int) -> None:
        """Mark the next `n` samples as missing."""
        if n > 0:
            places = np.arange(self.next_sample, self.next_sample + n) % self._size
            self._ring[:, places] = MISSING

    @property
    def first_sample(self) -> int:
        """Number of the oldest sample that may be known."""
        return max(0, self.next_sample - self._size)

    def read(self, start: int, end: int) -> NDArray[np.int16]:
        """Return samples in whole microvolts, `MISSING` where they are not known.

        Parameters
        ----------
        start, end : int
            The first sample and the one after the last; cut to those that are kept.

        Returns
        -------
        (n_leads, n) int16
        """
        places = np.arange(max(start, self.first_sample), min(end, self.next_sample))
        return self._ring[:, places % self._size]

    def shown_lead(self) -> int:
        """Return the place of the first lead with signal in the last two seconds, or 0."""
        last = self.read(self.next_sample - int(2 * self.fs), self.next_sample)
        known = np.flatnonzero((last != MISSING).any(axis=1))
        return int(known[0]) if len(known) else 0


def _to_microvolts(values: ArrayLike) -> NDArray[np.int16]:
    block = np.rint(np.array(values, dtype=np.float64, ndmin=2) * 1000)
    block = np.minimum(np.maximum(block, -LARGEST_UV), LARGEST_UV)
    missing = np.isnan(block)
    if missing.any():
        block[missing] = MISSING
    return block.astype(np.int16)


def to_json_values(block: NDArray[np.int16]) -> list[list[int | None]]:
    """Return the samples of each lead for JSON: whole microvolts, None for missing ones.

    Examples
    --------
    >>> to_json_values(np.array([[5, MISSING]], dtype=np.int16))
    [[5, None]]
    """
    return [[None if v == MISSING else v for v in row] for row in block.tolist()]
