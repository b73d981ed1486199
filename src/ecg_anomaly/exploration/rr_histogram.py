"""Distribution of RR intervals by the class of the beat that ends them."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.beat_labels import AAMI_CLASSES

BIN_S, LONGEST_S = 0.02, 2.0


class RRHistogram:
    """Counts RR intervals in bins of 20 ms up to 2 s, and those that are longer."""

    def __init__(self) -> None:
        self._edges = np.arange(round(LONGEST_S / BIN_S) + 1) * BIN_S
        self._counts = {name: np.zeros(len(self._edges) - 1, np.int64) for name in AAMI_CLASSES}
        self._longer = dict.fromkeys(AAMI_CLASSES, 0)

    def add(self, rr_s: NDArray[np.float64], label: NDArray[np.str_]) -> None:
        """Count the intervals of one record.

        Parameters
        ----------
        rr_s : (n,) float64
            RR intervals in s.
        label : (n,) str
            AAMI class of the beat that ends each interval.
        """
        for name in AAMI_CLASSES:
            chosen = rr_s[label == name]
            self._counts[name] += np.histogram(chosen, self._edges)[0]
            self._longer[name] += int(np.count_nonzero(chosen > LONGEST_S))

    def summarise(self) -> dict[str, Any]:
        """Return the counts per class; classes without an interval are left out.

        Returns
        -------
        dict
            ``bin_s``, ``longest_s`` and ``classes``: name -> ``n``, ``counts``, ``longer``.
        """
        classes = {
            name: {
                "n": int(self._counts[name].sum()) + self._longer[name],
                "longer": self._longer[name],
                "counts": self._counts[name].tolist(),
            }
            for name in AAMI_CLASSES
        }
        kept = {name: row for name, row in classes.items() if row["n"]}
        return {"bin_s": BIN_S, "longest_s": LONGEST_S, "classes": kept}
