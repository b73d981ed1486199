"""Find the R peaks of a signal that comes in pieces, such as that of a monitor."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks import placing
from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.beat_choice import choose_beats_together
from ecg_anomaly.beats.r_peaks.candidate_search import find_candidates_together
from ecg_anomaly.beats.r_peaks.candidates import Candidates
from ecg_anomaly.beats.r_peaks.energy_batch import BACK_S
from ecg_anomaly.beats.r_peaks.energy_extension import extend_together
from ecg_anomaly.beats.r_peaks.held_candidates import NO_PEAKS, HeldCandidates
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy

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
        rate = self._grid.rate
        self._held, self._candidates = JointEnergy(self._grid, n_leads), HeldCandidates(rate)
        self._stop = 0
        # What must be equal for recordings to be searched together.
        self.kind = rate * self._grid.step, n_leads
        self._back = max(round(BACK_S * rate), placing.placing_reach(rate)[0])
        # An R peak lies at most so long before its candidate, in averaged samples.
        self._before = placing.placing_span(rate)[0] + 0.5

    @property
    def final_until(self) -> int:
        """Sample before which every R peak has been returned; those to come are not before it."""
        step = self._grid.step
        until = max(0, math.ceil((self._stop - self._before) * step + (step - 1) / 2))
        if (first := self._candidates.first_open) is not None:
            until = min(until, first)
        return max(until, self._candidates.latest + 1)

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
        (found,) = find_together([self], [signal])
        return found

    def finish(self) -> NDArray[np.int64]:
        """Return the R peaks that are still open; nothing may be added afterwards."""
        (found,) = _push([self], [np.zeros((0, len(self._held.rest)), np.float32)], last=True)
        return found

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that the finder knows, as arrays by name; `from_state` goes on with it."""
        held, candidates = self._held, self._candidates.join()
        n_done, latest = len(candidates) - self._candidates.n_open, self._candidates.latest
        counts = held.start, self._stop, n_done, latest, self._candidates.recheck
        arrays = {name: getattr(held, name).copy() for name in _ARRAYS}
        columns = {f"candidate_{c}": getattr(candidates, c).copy() for c in _COLUMNS}
        return {**arrays, **columns, "numbers": np.array(counts)}

    @classmethod
    def from_state(cls, fs: float, state: dict[str, NDArray[Any]]) -> "RPeakFinder":
        """Make a finder that goes on where another one at the same sampling rate stood.

        Parameters
        ----------
        fs : float
            Sampling rate in Hz.
        state : dict of str to array
            From `state` of the other one.
        """
        finder = cls(fs, len(state["rest"]))
        columns = {column: state[f"candidate_{column}"].copy() for column in _COLUMNS}
        *counts, recheck = state["numbers"].tolist()
        start, finder._stop, n_done, latest = map(int, counts)
        finder._candidates.restore(Candidates(**columns), n_done, latest, recheck)
        finder._held.restore(start, state)
        return finder

    def _add(self, new: Candidates, stop: int, last: bool) -> NDArray[np.int64] | None:
        """Add candidates up to a sample, see `HeldCandidates.add`."""
        self._stop = stop
        self._held.forget(stop - self._back - 1)
        return self._candidates.add(new, stop, last)


def find_together(
    finders: Sequence[RPeakFinder], signals: Sequence[NDArray[np.float32]]
) -> list[NDArray[np.int64]]:
    """Add the samples that follow to several recordings: faster than one by one, and the same.

    Parameters
    ----------
    finders : sequence of RPeakFinder
        Of any rates and numbers of leads.
    signals : sequence of (n, n_leads) float32
        What `RPeakFinder.extend` takes, for each.

    Returns
    -------
    list of (n_beats,) int64
        What `RPeakFinder.extend` returns, for each.
    """
    found: list[list[NDArray[np.int64]]] = [[NO_PEAKS] for _ in finders]
    kinds: dict[tuple[float, int], list[int]] = {}
    for place, finder in enumerate(finders):
        kinds.setdefault(finder.kind, []).append(place)
    for places in kinds.values():
        grid, longest = finders[places[0]]._grid, max(len(signals[place]) for place in places)
        length = SLAB_BLOCKS * grid.size * grid.step
        for start in range(0, longest, length):
            some = [place for place in places if start < len(signals[place])]
            pieces = [signals[place][start : start + length] for place in some]
            for place, new in zip(some, _push([finders[p] for p in some], pieces), strict=True):
                found[place].append(new)
    return [parts[-1] if len(parts) <= 2 else np.concatenate(parts) for parts in found]


def _push(
    finders: list[RPeakFinder], signals: list[NDArray[np.float32]], last: bool = False
) -> list[NDArray[np.int64]]:
    """Add samples to recordings of one kind, no more of each than a slab."""
    held = [finder._held for finder in finders]
    extend_together(held, signals, last)
    new = find_candidates_together(held, [finder._stop for finder in finders], last)
    found = [finder._add(*some, last) for finder, some in zip(finders, new, strict=True)]
    due = [finder for finder, some in zip(finders, found, strict=True) if some is None]
    if not due:
        return [some for some in found if some is not None]
    stops = [np.inf if last else finder._stop for finder in due]
    parts, rate = [finder._candidates.join() for finder in due], held[0].grid.rate
    chosen = zip(due, choose_beats_together(parts, rate, stops), strict=True)
    more = iter([finder._candidates.take(choice, finder._stop) for finder, choice in chosen])
    return [next(more) if some is None else some for some in found]
