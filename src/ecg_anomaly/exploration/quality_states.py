"""One word for each window of a record: good, or the worst thing found in it."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.signal_quality import SignalQuality

#: Worst last. The letters make the strips of the summary.
STATES = {
    ".": "good",
    "w": "baseline wander",
    "n": "noise",
    "c": "clipping",
    "f": "flat line",
    "m": "missing samples",
}
#: Above these levels a person sees the wander and the noise beside P waves of 0.1 to 0.2 mV.
WANDER_MV, NOISE_MV = 0.3, 0.03
#: Cells of a strip at most; longer records put more windows into a cell.
MAX_CELLS = 240


def name_states(quality: SignalQuality, *, amplitudes_in_mv: bool = True) -> NDArray[np.int64]:
    """State of each window and lead.

    Parameters
    ----------
    quality : SignalQuality
        Levels that are NaN count as low.
    amplitudes_in_mv : bool
        False for data that was standardised: then noise and wander are not judged.

    Returns
    -------
    (n_windows, n_leads) int64
        Position in `STATES`.
    """
    states = np.zeros(quality.missing.shape, dtype=np.int64)
    if amplitudes_in_mv:
        states[quality.wander_mv > WANDER_MV] = 1
        states[quality.noise_mv > NOISE_MV] = 2
    states[quality.clipped > 0] = 3
    states[quality.flat > 0] = 4
    states[quality.missing > 0] = 5
    return states


def draw_strip(states: NDArray[np.int64], window_s: float) -> dict[str, object]:
    """Write the worst lead of each window as a letter, several windows a letter if need be.

    Returns
    -------
    dict
        ``cell_s``, the length of a letter in s, and ``cells``, the letters of `STATES`.
    """
    if not states.size:
        return {"cell_s": window_s, "cells": ""}
    per_cell = -(-len(states) // MAX_CELLS)
    worst = np.maximum.reduceat(states.max(axis=1), np.arange(0, len(states), per_cell))
    letters = list(STATES)
    return {"cell_s": window_s * per_cell, "cells": "".join(letters[state] for state in worst)}
