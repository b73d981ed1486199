"""Keep what is computed once between two moves of the windows, for the beats in between.

Beats that come one at a time are compared with the same minutes until the window moves, 12 s later.
What their template beat is need not be found anew for each: it depends on the window alone.
"""

from collections.abc import Hashable
from typing import Any

import numpy as np
from numpy.typing import NDArray


class KeptSummaries:
    """The last summary of each kind, and of which window it is.

    Only one of each kind is kept: of the newest window, which the next beats are compared with.
    A summary must follow from its kind and its window, so that it does not matter who made it.

    Examples
    --------
    >>> kept = KeptSummaries()
    >>> kept.keep("mean", 24.0, 0.8)
    >>> kept.find("mean", np.array([24.0, 24.0])), kept.find("mean", np.array([24.0, 36.0]))
    (0.8, None)
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, tuple[float, Any]] = {}

    def find(self, kind: Hashable, window: NDArray[Any]) -> Any:
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

    def keep(self, kind: Hashable, window: float, summary: Any) -> None:
        """Keep a summary, which is not None, in the place of the last one of its kind."""
        self._last[kind] = window, summary
