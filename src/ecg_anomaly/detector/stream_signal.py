"""Hold the last seconds of a recording in progress, which its next beats depend on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.missing_samples import (
    count_lost,
    find_lost,
    lacks_samples,
    last_known,
    mask_missing,
)
from ecg_anomaly.detector.chunks import allocate_signal
from ecg_anomaly.records.averaged_record import average_samples

#: Length in samples of a recording that goes on, as far as anybody knows: no filter or window may
#: take the newest sample for the last one.
ENDLESS = 1 << 40

State = dict[str, NDArray[Any]]


class StreamSignal:
    """Takes the samples of a recording as they come, averages them down, and holds the last ones.

    Parameters
    ----------
    step : int
        Samples that come for each that is held: their mean is.
    order : list of int
        Leads to hold, in this order.
    """

    def __init__(self, step: int, order: list[int]) -> None:
        self._step, self._order = step, order
        self._reordered = order != list(range(len(order)))
        self._rest = np.zeros((0, len(order)), np.float32)
        self._room = allocate_signal(0, len(order))
        # The held samples are those of the buffer from `_first` up to, and without, `_past`.
        self._first = self._past = 0
        self._before = np.full(len(order), np.nan, np.float32)
        self.start = self._n_lost = 0
        # Of each lead, past the last sample that is missing, and past the last that is not.
        self._whole_from, self._silent_from = ([0] * len(order) for _ in range(2))

    @property
    def end(self) -> int:
        """Samples of the recording so far, those that are too few for a mean aside."""
        return self.start + self._past - self._first

    @property
    def held(self) -> NDArray[np.float32]:
        """What is held, (n, n_leads) float32, from sample `start` on."""
        return self._room[self._first : self._past]

    def append(self, signal: NDArray[np.float32], whole: bool = False) -> NDArray[np.float32]:
        """Take the next samples of all leads; return those that are held of them now.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV, NaN where missing; n may be 0.
        whole : bool
            True when it is known that none is missing, which saves a search.

        Returns
        -------
        (m, n_leads) float32
            Means of `step` samples, NaN where missing, the leads in order.
        """
        changed = self._reordered or signal.shape[1] != len(self._order)
        new = signal[:, self._order] if changed else signal
        if self._step > 1:
            rest = np.concatenate([self._rest, new])
            used = len(rest) // self._step * self._step
            new, self._rest = average_samples(rest[:used], self._step), rest[used:].copy()
        n = len(new)
        if not (whole and self._step == 1) and lacks_samples(new):
            new = mask_missing(new)
            self._note_missing(np.isnan(new), self.end)
        elif n:
            self._silent_from = [self.end + n] * len(self._order)
        if self._past + n > len(self._room):
            self._make_room(n)
        self._room[self._past : self._past + n] = new
        self._past += n
        return new

    def _make_room(self, n: int) -> None:
        """Move the held samples to the front of a buffer with space for as many again."""
        held, size = self.held, self._past - self._first
        wanted = 2 * (size + n)
        room = self._room
        if not size + n <= len(room) <= 2 * wanted or self._first < size:
            room = allocate_signal(wanted, len(self._order))
        room[:size] = held
        self._room, self._first, self._past = room, 0, size

    def _note_missing(self, missing: NDArray[np.bool_], start: int) -> None:
        for lead, marks in enumerate(missing.T):
            for ends, some in ((self._whole_from, marks), (self._silent_from, ~marks)):
                if some.any():
                    ends[lead] = start + len(some) - int(np.argmax(some[::-1]))

    def whole_leads(self, first: int) -> tuple[int, ...]:
        """Return the leads of which no sample from this one on is missing."""
        return tuple(lead for lead, whole in enumerate(self._whole_from) if whole <= first)

    def is_settled(self, first: int) -> bool:
        """Tell whether of each lead no sample from this one on is missing, or every one is."""
        if max(self._whole_from) <= first:  # as nearly always
            return True
        ends = zip(self._whole_from, self._silent_from, strict=True)
        return all(whole <= first or silent <= first for whole, silent in ends)

    def excerpt(self, first: int, ended: bool = False) -> Excerpt:
        """Return what is held from a sample of the recording on.

        Parameters
        ----------
        first : int
            Not before `start`.
        ended : bool
            True when no more samples will come.
        """
        n, held = first - self.start, self.held
        before = last_known(held[:n], self._before)
        return Excerpt(held[n:], first, self.end if ended else ENDLESS, before)

    def forget(self, first: int) -> None:
        """Drop the held samples before a sample of the recording."""
        n = min(first, self.end) - self.start
        if n > 0:
            dropped = self.held[:n]
            self._before, self._n_lost = (
                last_known(dropped, self._before), self._n_lost + count_lost(dropped),
            )  # fmt: skip
            self._first, self.start = self._first + n, self.start + n

    def count_lost(self, sample: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the samples of the recording before each of some that are missing in every lead.

        Parameters
        ----------
        sample : (n,) int64
            Not before `start`.
        """
        if min(self._whole_from) <= self.start:
            return np.full(len(sample), self._n_lost)
        lost = np.flatnonzero(find_lost(self.held))
        return self._n_lost + np.searchsorted(lost, sample - self.start)

    def lost_before(self, sample: int) -> int:
        """Count those before one sample, as `count_lost` does and faster."""
        if min(self._whole_from) <= self.start:
            return self._n_lost
        return int(self.count_lost(np.array([sample]))[0])

    def state(self) -> State:
        """Return its state as arrays."""
        counts = np.array([self.start, self._n_lost], np.int64)
        return {"rest": self._rest, "held": self.held, "before": self._before, "counts": counts}

    def restore(self, state: State) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            When it is not one of a recording with these leads.
        """
        held, rest, before = (state[name].astype(np.float32) for name in ("held", "rest", "before"))
        if {held.shape[1:], rest.shape[1:], before.shape} != {(len(self._order),)}:
            raise ValueError("leads")
        start, n_lost = (int(count) for count in state["counts"])
        if not 0 <= n_lost <= start:
            raise ValueError("counts of samples")
        self._room, self._first, self._past = held, 0, len(held)
        self._make_room(0)  # now, and not for all streams with their first samples
        self._rest, self._before = rest, before
        self.start, self._n_lost = start, n_lost
        self._whole_from, self._silent_from = ([start] * len(self._order) for _ in range(2))
        self._note_missing(np.isnan(held), start)
