"""A column of unknown length, in memory once while it grows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Room of a new column, and by how much it grows: room that was never written to takes no memory.
FIRST_ROOM, GROWTH = 1 << 14, 2


class GrowingColumn:
    """Values of one type to which others are added at the end.

    Parameters
    ----------
    dtype : dtype
        Of all values; of ``object`` the values themselves are shared, not copied.

    Notes
    -----
    Parts that are joined at the end are in memory twice, and the small pieces that were freed are
    not given back to the system: over a week that was more than the scores themselves.
    """

    def __init__(self, dtype: np.dtype[Any]) -> None:
        self._room = np.empty(FIRST_ROOM, dtype)
        self._length = 0

    def extend(self, values: NDArray[Any]) -> None:
        """Add some values."""
        stop = self._length + len(values)
        if stop > len(self._room):
            former = self._room[: self._length]
            self._room = np.empty(max(stop, GROWTH * len(self._room)), self._room.dtype)
            self._room[: self._length] = former
        self._room[self._length : stop] = values
        self._length = stop

    def finish(self) -> NDArray[Any]:
        """Return all values; nothing may be added after it."""
        return self._room[: self._length]
