"""Cache the summaries of windows, such as template beats, for the beats that share a window.

Beats that come one at a time are compared with the same minutes until the window moves, 12 s later.
Their template beat need not be computed again for each: it depends on the window alone.
"""

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


class SummaryCache:
    """The newest summary of each kind, with the window that it is of.

    Only one of each kind is kept: of the newest window, which the next beats are compared with.
    A summary must depend on its kind and its window alone.

    Examples
    --------
    >>> cache = SummaryCache()
    >>> cache.put("mean", 24.0, 0.8)
    >>> cache.get("mean", np.array([24.0, 24.0])), cache.get("mean", np.array([24.0, 36.0]))
    (0.8, None)
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[float, Any]] = {}

    def get(self, kind: Hashable, window: NDArray[Any]) -> Any:
        """Return the summary of a kind if all beats have the window that it is of, else None.

        Parameters
        ----------
        kind : hashable
        window : (n,) float or int
            What names the window of each beat: when it moved.
        """
        name, found = self._last.get(kind, (np.nan, None))
        if found is None or not len(window) or window[0] != name:
            return None
        return found if len(window) == 1 or (window == name).all() else None

    def put(self, kind: Hashable, window: float, summary: Any) -> None:
        """Keep a summary, which is not None, in the place of the last one of its kind."""
        self._last[kind] = window, summary

    def items(self) -> Iterator[tuple[Hashable, float, Any]]:
        """Yield each kind, its window and its summary."""
        for kind, (window, summary) in self._last.items():
            yield kind, window, summary
