"""Cut a signal that arrives piece by piece into the chunks that it is scored in."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Excerpt, mask_missing
from ecg_anomaly.beats.r_peaks.r_peak_detection import chunk_grid
from ecg_anomaly.detector.chunks import Chunk, count_lost, last_known
from ecg_anomaly.records.averaged_record import average_samples

#: Length in samples of a recording that goes on, as far as a chunk knows: no filter, window or
#: search of R peaks may take the newest sample for the last one.
ENDLESS = 1 << 40

State = dict[str, NDArray[Any]]


class StreamChunks:
    """Takes the samples of a recording as they come, and gives the chunks that are complete.

    A chunk is complete when so much signal follows it as its beats depend on. Where one ends and
    the next begins depends on how the samples come, and changes no beat.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz of the samples that are held.
    step : int
        Samples that come for each that is held: their mean is.
    order : list of int
        Leads to hold, in this order.
    reach_s : float
        How far, in s, the beats of a chunk depend on the signal on either side of it.
    """

    def __init__(self, fs: float, step: int, order: list[int], reach_s: float) -> None:
        self._step, self._order, self._grid = step, order, chunk_grid(fs)
        self._margin = -(-int(np.ceil(reach_s * fs)) // self._grid) * self._grid
        self._rest = np.zeros((0, len(order)), np.float32)
        self._held = np.zeros((0, len(order)), np.float32)
        self._before = np.full(len(order), np.nan, np.float32)
        self._start = self._done = self._n_lost = 0

    @property
    def _end(self) -> int:
        return self._start + len(self._held)

    def push(self, signal: NDArray[np.float32]) -> Chunk | None:
        """Take the next samples of all leads; return the chunk that is complete now, if any.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV, NaN where missing; n may be 0.
        """
        rest = np.concatenate([self._rest, signal[:, self._order]])
        n = len(rest) // self._step * self._step
        whole, self._rest = rest[:n], rest[n:]
        new = whole if self._step == 1 else average_samples(whole, self._step)
        self._held = np.concatenate([self._held, mask_missing(new)])
        stop = (self._end - self._margin) // self._grid * self._grid
        return self._take(stop, ENDLESS) if stop > self._done else None

    def finish(self) -> Chunk | None:
        """Return what is left, as the last chunk of the recording; None if it has no sample.

        Samples that are too few for a mean are left out, as `AveragedRecord` does.
        """
        return self._take(self._end, self._end) if self._end else None

    def _take(self, stop: int, n_samples: int) -> Chunk:
        """Return the chunk up to `stop`, and forget what the next one does not depend on."""
        first, signal = self._done, np.asfortranarray(self._held)  # leads are filtered one by one
        chunk = Chunk(
            Excerpt(signal, self._start, n_samples, self._before), first, stop, self._n_lost
        )
        self._n_lost += count_lost(signal[first - self._start : stop - self._start])
        self._done = stop
        low = max(self._start, stop - self._margin)
        self._before = last_known(signal[: low - self._start], self._before)
        self._held, self._start = self._held[low - self._start :].copy(), low
        return chunk

    def state(self) -> State:
        """Return all that later chunks depend on, as arrays."""
        counts = np.array([self._start, self._done, self._n_lost], np.int64)
        return {"rest": self._rest, "held": self._held, "before": self._before, "counts": counts}

    def restore(self, state: State) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            When it is not one of a stream with these leads.
        """
        held, rest, before = (state[name].astype(np.float32) for name in ("held", "rest", "before"))
        if {held.shape[1:], rest.shape[1:], before.shape} != {(len(self._order),)}:
            raise ValueError("leads")
        start, done, n_lost = (int(count) for count in state["counts"])
        if not (0 <= start <= done <= start + len(held) and 0 <= n_lost <= done):
            raise ValueError("counts of samples")
        self._held, self._rest, self._before = held, rest, before
        self._start, self._done, self._n_lost = start, done, n_lost
