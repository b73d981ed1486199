"""Cache the filtered samples of a recording in progress, so that each is filtered once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Capacity of the buffer, as a multiple of the samples asked for: they are then moved rarely.
ROOM = 2


class StreamLeads:
    """Holds consecutive filtered samples of some leads, so that each is filtered once.

    It is a cache: its samples can be computed again from the signal. A snapshot holds them all the
    same, since after a restart all streams would be filtered at once.
    """

    def __init__(self) -> None:
        self._room = np.zeros((0, 0), np.float32)
        # Of what is held, in samples of the filtered recording; those from `_final` on may change.
        self._start = self._stop = self._final = 0
        self._first = 0  # where it begins in the room
        self._leads: tuple[int, ...] = ()

    def lacks(self, wanted: range, leads: tuple[int, ...]) -> range:
        """Return the samples to `append` before some samples can be taken.

        Parameters
        ----------
        wanted : range
            Samples of the filtered recording. What is held is dropped when there is a gap between;
            what was not final is asked for again.
        leads : tuple of int
            Those that are wanted; what is held of others is dropped.
        """
        if leads != self._leads:
            self._leads, self._room = leads, np.zeros((len(leads), 0), np.float32)
            self._start = self._final = -1
        if not self._start <= wanted.start <= self._final:
            self._start = self._final = wanted.start
            self._first = 0
        self._stop = self._final
        return range(self._stop, max(self._stop, wanted.stop))

    def append(self, samples: NDArray[np.float32], keep_from: int, final: int) -> None:
        """Add the samples that follow.

        Parameters
        ----------
        samples : (n_leads, n) float32
        keep_from : int
            First sample of the filtered recording that is needed.
        final : int
            Samples before this one depend on nothing that is to come.
        """
        n = samples.shape[1]
        if self._first + self._stop - self._start + n > self._room.shape[1]:
            self._make_room(n, keep_from)
        end = self._first + self._stop - self._start
        self._room[:, end : end + n] = samples
        self._stop += n
        self._final = max(self._final, min(self._stop, final))

    def _make_room(self, n: int, keep_from: int) -> None:
        dropped = keep_from - self._start
        begin, end = self._first + dropped, self._first + self._stop - self._start
        kept, size = self._room[:, begin:end], end - begin + n
        if size * ROOM > self._room.shape[1]:
            room = np.empty((len(self._room), size * ROOM), np.float32)
        else:
            room, kept = self._room, kept.copy()
        room[:, : end - begin] = kept
        self._room, self._first, self._start = room, 0, keep_from

    def take(self, wanted: range) -> NDArray[np.float32]:
        """Return held samples as a view, (n_leads, len(wanted)) float32."""
        first = self._first + wanted.start - self._start
        return self._room[:, first : first + len(wanted)]

    def state(self) -> dict[str, NDArray[Any]]:
        """Return the samples that are final, as arrays."""
        kept = self.take(range(self._start, max(self._start, self._final)))
        return {"held": kept.copy(), "numbers": np.array([self._start, *self._leads], np.int64)}

    def restore(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            When it is none.
        """
        held, (start, *leads) = state["held"].astype(np.float32), state["numbers"].tolist()
        if held.ndim != 2 or len(held) != len(leads):
            raise ValueError("filtered leads")
        self._room, self._leads, self._first = held, tuple(leads), 0
        self._start, self._stop = start, start + held.shape[1]
        self._final = self._stop
