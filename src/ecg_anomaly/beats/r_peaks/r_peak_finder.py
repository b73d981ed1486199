"""Find the R peaks of a signal that comes in pieces, such as that of a monitor."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks import placing
from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.beat_choice import (
    CHOICE_BACK_S,
    BeatChoice,
    choose_beats_together,
)
from ecg_anomaly.beats.r_peaks.candidate_search import find_candidates_together
from ecg_anomaly.beats.r_peaks.candidates import Candidates, join_candidates
from ecg_anomaly.beats.r_peaks.energy_batch import BACK_S
from ecg_anomaly.beats.r_peaks.energy_extension import extend_together
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy

#: Blocks that are worked on at a time: their arrays fit into a processor's cache.
SLAB_BLOCKS = 820

#: No R peaks: one array for all pieces without any, which nobody may change.
NO_PEAKS = np.zeros(0, np.int64)
NO_PEAKS.flags.writeable = False

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
        rate = self._grid.rate
        self._back = max(round(BACK_S * rate), placing.placing_reach(rate)[0])
        # An R peak lies at most so long before its candidate, in averaged samples.
        self._before = placing.placing_span(rate)[0] + 0.5

    @property
    def final_until(self) -> int:
        """Sample before which every R peak has been returned; those to come are not before it."""
        step = self._grid.step
        until = max(0, math.ceil((self._stop - self._before) * step + (step - 1) / 2))
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
        (found,) = find_together([self], [signal])
        return found

    def finish(self) -> NDArray[np.int64]:
        """Return the R peaks that are still open; nothing may be added afterwards."""
        (found,) = _push([self], [np.zeros((0, len(self._held.rest)), np.float32)], last=True)
        return found

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that the finder knows, as arrays by name; `from_state` goes on with it."""
        held, counts = self._held, (self._held.start, self._stop, self._n_done, self._latest)
        arrays = {name: getattr(held, name).copy() for name in _ARRAYS}
        columns = {f"candidate_{c}": getattr(self._candidates, c).copy() for c in _COLUMNS}
        return {**arrays, **columns, "numbers": np.array([*counts, self._recheck])}

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
        finder._candidates = Candidates(**columns)
        *counts, finder._recheck = state["numbers"].tolist()
        start, finder._stop, finder._n_done, finder._latest = map(int, counts)
        finder._held.restore(start, state)
        return finder

    @property
    def kind(self) -> tuple[float, int]:
        """What must be equal for recordings to be searched together."""
        return self._grid.rate * self._grid.step, len(self._held.rest)

    def _add(self, new: Candidates, stop: int, last: bool) -> bool:
        """Add candidates up to a sample; return whether R peaks may be final by that."""
        self._stop = stop
        self._held.forget(stop - self._back - 1)
        if len(new):
            self._candidates = join_candidates([self._candidates, new])
        return bool(len(new)) or stop > self._recheck or last

    def _take(self, choice: BeatChoice) -> NDArray[np.int64]:
        """Return the R peaks that are final, and forget the candidates that count no more."""
        done = self._n_done
        ready = slice(done, max(done, choice.n_final))
        found = self._candidates.r_peak[ready][choice.found[ready]]
        self._recheck = choice.recheck
        self._latest = int(found[-1]) if len(found) else self._latest
        sample = self._candidates.sample
        first = min(self._stop, int(sample[ready.stop])) if ready.stop < len(sample) else self._stop
        old = int(np.searchsorted(sample, first - CHOICE_BACK_S * self._grid.rate))
        self._candidates, self._n_done = self._candidates.select(slice(old, None)), ready.stop - old
        return found


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
    found = [NO_PEAKS] * len(finders)
    due = [i for i, finder in enumerate(finders) if finder._add(*new[i], last)]
    if due:
        stops = [np.inf if last else finders[i]._stop for i in due]
        parts, rate = [finders[i]._candidates for i in due], held[0].grid.rate
        for i, choice in zip(due, choose_beats_together(parts, rate, stops), strict=True):
            found[i] = finders[i]._take(choice)
    return found
