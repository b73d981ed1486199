"""Find the R peaks of a signal that comes in pieces, such as that of a monitor."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks import placing
from ecg_anomaly.beats.r_peaks.beat_choice import CHOICE_BACK_S, choose_beats
from ecg_anomaly.beats.r_peaks.candidates import (
    BACK_S,
    Candidates,
    find_candidates,
    join_candidates,
)
from ecg_anomaly.beats.r_peaks.joint_energy import Grid, JointEnergy

#: Blocks that are worked on at a time: their arrays fit into a processor's cache.
SLAB_BLOCKS = 820

_ARRAYS = ("rest", "leads", "energy", "joint", "summary", "weight", "scale", "noise")
_COLUMNS = ("sample", "height", "noise", "r_peak")


class RPeakFinder:
    """Finds R peaks on all leads together, in a signal that comes in pieces of any length.

    The R peaks are those of `find_r_peaks` of the whole signal, whatever the pieces. One that is in
    no doubt is returned when 0.25 s of signal after it have been added; a low one that comes early
    or lies in a gap with the next that is in no doubt, or 1.45 usual intervals after the last at
    most (0.85 after its own place). In the first 4.8 s, and in those after which every lead comes
    back from more than 6 s, R peaks wait until the level of QRS complexes is known.

    Parameters
    ----------
    fs : float
        Sampling rate in Hz, at least 50.
    n_leads : int
        The R peak is placed on the first lead that has a clear QRS complex.

    Raises
    ------
    ValueError
        When `fs` is not positive.

    Examples
    --------
    >>> finder = RPeakFinder(360.0, 2)
    >>> finder.extend(np.zeros((72, 2), np.float32))
    array([], dtype=int64)
    """

    def __init__(self, fs: float, n_leads: int) -> None:
        self._grid = Grid.of(fs)
        self._held, self._candidates = JointEnergy(self._grid, n_leads), Candidates.none()
        self._stop, self._n_done, self._latest, self._recheck = 0, 0, -1, np.inf

    @property
    def final_until(self) -> int:
        """Sample before which every R peak has been returned; those to come are not before it."""
        grid, before = self._grid, placing.placing_span(self._grid.rate)[0] + 0.5
        until = max(0, math.ceil((self._stop - before) * grid.step + (grid.step - 1) / 2))
        if self._n_done < len(self._candidates):
            until = min(until, int(self._candidates.r_peak[self._n_done]))
        return max(until, self._latest + 1)

    def extend(self, signal: NDArray[np.float32]) -> NDArray[np.int64]:
        """Add the samples that follow, and return the R peaks that are final now.

        Parameters
        ----------
        signal : (n, n_leads) float32
            Any unit; NaN where nothing was recorded.

        Returns
        -------
        (n_beats,) int64
            Samples since the start of the signal, ascending, after all that were returned before.
        """
        length = SLAB_BLOCKS * self._grid.size * self._grid.step
        found = [self._push(signal[at : at + length]) for at in range(0, len(signal), length)]
        return np.concatenate(found) if found else np.zeros(0, np.int64)

    def finish(self) -> NDArray[np.int64]:
        """Return the R peaks that are still open; nothing may be added afterwards."""
        return self._push(np.zeros((0, len(self._held.rest)), np.float32), last=True)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that the finder knows, as arrays by name; `from_state` goes on with it."""
        held, counts = self._held, (self._held.start, self._stop, self._n_done, self._latest)
        arrays = {name: getattr(held, name).copy() for name in _ARRAYS}
        columns = {f"candidate_{c}": getattr(self._candidates, c).copy() for c in _COLUMNS}
        return {**arrays, **columns, "numbers": np.array([*counts, self._recheck])}

    @classmethod
    def from_state(cls, fs: float, state: dict[str, NDArray[Any]]) -> "RPeakFinder":
        """Return a finder that goes on where another one at the same sampling rate stood."""
        finder = cls(fs, len(state["rest"]))
        for name in _ARRAYS:
            setattr(finder._held, name, state[name].copy())
        columns = {column: state[f"candidate_{column}"].copy() for column in _COLUMNS}
        finder._candidates = Candidates(**columns)
        *counts, finder._recheck = state["numbers"].tolist()
        finder._held.start, finder._stop, finder._n_done, finder._latest = map(int, counts)
        return finder

    def _push(self, signal: NDArray[np.float32], last: bool = False) -> NDArray[np.int64]:
        held, grid = self._held, self._grid
        held.extend(signal, last)
        new, self._stop = find_candidates(held, self._stop, last)
        back = max(round(BACK_S * grid.rate), placing.placing_reach(grid.rate)[0])
        held.forget(self._stop - back - 1)
        if len(new):
            self._candidates = join_candidates([self._candidates, new])
        if not (len(new) or self._stop > self._recheck or last):
            return np.zeros(0, np.int64)
        return self._choose(np.inf if last else self._stop)

    def _choose(self, stop: float) -> NDArray[np.int64]:
        """Return the R peaks that are final, and forget the candidates that count no more."""
        done, choice = self._n_done, choose_beats(self._candidates, self._grid.rate, stop)
        ready = slice(done, max(done, choice.n_final))
        found = self._candidates.r_peak[ready][choice.found[ready]]
        self._recheck = choice.recheck
        self._latest = int(found[-1]) if len(found) else self._latest
        sample = self._candidates.sample
        first = min(self._stop, int(sample[ready.stop])) if ready.stop < len(sample) else self._stop
        old = int(np.searchsorted(sample, first - CHOICE_BACK_S * self._grid.rate))
        self._candidates, self._n_done = self._candidates.select(slice(old, None)), ready.stop - old
        return found
