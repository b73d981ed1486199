"""The joint energies of many recordings in one array, and the maxima in it that may be beats.

A candidate depends on a bounded piece of energy around it, so each recording has the candidates
that it has alone, and many recordings take as many calls of NumPy as one.
"""

from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.averaging import concatenate_time, fill, find_gaps
from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT, Candidates
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy
from ecg_anomaly.beats.r_peaks.placing import place_in_windows, placing_reach
from ecg_anomaly.beats.r_peaks.sliding import extend

#: A candidate is the highest from this long before to this long after it, in s.
BEFORE_S, AHEAD_S = 0.08, 0.115

#: Nor is any energy higher up to this long after its R peak, in s: the candidate would be the P
#: wave or the onset of a later QRS complex.
ECHO_S = 0.165

#: The R peak is placed on the first lead that has at least this share of the energy.
LEAST_SHARE = 0.05

#: The noise at a candidate is the mean of two: that of the blocks before, and a quantile of the
#: energy around the candidate times a gain in amplitude. Time before and after it in s, quantile,
#: gain.
NOISE_BEFORE_S, NOISE_AFTER_S, NOISE_QUANTILE, NOISE_GAIN = 1.0, 0.115, 0.37, 0.8

#: A candidate depends on no joint energy further back than this, in s.
BACK_S = NOISE_BEFORE_S

Samples = NDArray[np.int64]


class SearchRange(NamedTuple):
    """A recording, and where in it candidates can be found now.

    Attributes
    ----------
    held : JointEnergy
    begin, stop : int
        Averaged samples, counted from the first that is held.
    """

    held: JointEnergy
    begin: int
    stop: int


class EnergyBatch:
    """The joint energies of some recordings, concatenated.

    Attributes
    ----------
    numbers : list of int
        The recordings that have maxima.
    at : (n,) int64
        Places of the maxima in the array, in order of the recordings and of time.
    which : (n,) int64
        The recording of each, as a place in `numbers`.
    """

    def __init__(self, parts: list[SearchRange]) -> None:
        grid = parts[0].held.grid
        self._rate, self._step, self._size = grid.rate, grid.step, grid.size
        before, ahead = (max(1, round(s * grid.rate)) for s in (BEFORE_S, AHEAD_S))
        # A separator lower than any energy.
        apart = np.full(max(before, ahead), -1, np.float32)
        self._joint = np.concatenate([a for part in parts for a in (part.held.joint, apart)])
        at = find_maxima(self._joint, before, ahead, LEAST_HEIGHT**2)
        length = np.array([part.held.n_joint for part in parts])
        end = (length + len(apart)).cumsum() - len(apart)
        start = end - length
        which = start.searchsorted(at, "right") - 1
        begin, stop = (np.array(side) for side in zip(*(part[1:] for part in parts), strict=True))
        inside = (at >= (start + begin)[which]) & (at < (start + stop)[which])
        self.at, which = at[inside], which[inside]
        self.numbers = sorted(set(which.tolist()))
        self.which = np.array(self.numbers).searchsorted(which)
        self._parts = [parts[number] for number in self.numbers]
        self._start, self._end = (edge[self.numbers] for edge in (start, end))

    def find(self, last: bool) -> dict[int, tuple[Candidates, int]]:
        """Return what `find_candidates_together` does, for each recording of `numbers`."""
        if not self.numbers:
            return {}
        stops = [part.stop for part in self._parts]
        offset = self._place()
        own = self.at - self._start[self.which]
        reach = np.ceil(own + offset + ECHO_S * self._rate).astype(np.int64)
        kept = np.ones(len(own), bool)
        if not last:  # what follows the R peak of the others is not known yet
            late = reach >= (self._end - self._start)[self.which]
            for number in set(self.which[late].tolist()):
                early = int(own[late & (self.which == number)][0])
                stops[number] = early
                kept &= (self.which != number) | (own < early)
        kept &= ~self._is_echo(reach - own)
        self.at, self.which = self.at[kept], self.which[kept]
        return self._describe(own[kept], offset[kept], stops)

    def _describe(
        self, own: Samples, offset: NDArray[np.float64], stops: list[int]
    ) -> dict[int, tuple[Candidates, int]]:
        height, around = np.sqrt(self._joint[self.at].astype(np.float64)), self._noise_around()
        # Whole samples are added to whole samples, which gives the same in every chunk.
        within = np.rint(offset * self._step + (self._step - 1) / 2).astype(np.int64)
        edges, found = self.which.searchsorted(np.arange(len(stops) + 1)).tolist(), []
        begun = np.array([part.held.start for part in self._parts])
        sample, places = own + begun[self.which], own // self._size
        blocks = [part.held.noise for part in self._parts]
        noise = np.concatenate(blocks)[places + _begin([len(b) for b in blocks])[self.which]]
        noise = (noise + around) / 2
        r_peak, none = np.maximum(sample * self._step + within, 0), Candidates.none()
        columns = sample, height, noise, r_peak
        for stop, h_start, *rows in zip(stops, begun.tolist(), edges, edges[1:], strict=False):
            new = Candidates(*[c[slice(*rows)] for c in columns]) if rows[0] < rows[1] else none
            found.append((new, stop + h_start))
        return dict(zip(self.numbers, found, strict=True))

    def _place(self) -> NDArray[np.float64]:
        """Place the R peak of each candidate on the first lead that is readable there."""
        held, which = [part.held for part in self._parts], self.which
        leads, weights = [h.leads for h in held], [h.weight for h in held]
        own, (before, after) = self.at - self._start[which], placing_reach(self._rate)
        last = np.array([h.n_samples - 1 for h in held])[which][:, None]
        index = np.minimum(np.maximum(own[:, None] + np.arange(-before, after + 1), 0), last)
        index += _begin([h.n_samples for h in held])[which][:, None]
        places = own // self._size + _begin([len(weight) for weight in weights])[which]
        readable = np.concatenate(weights)[places] >= LEAST_SHARE
        windows, rows = concatenate_time(leads)[:, index], np.arange(len(own))
        gap = find_gaps(windows)
        if gap is not None:
            readable &= ~gap.any(axis=2).T
        chosen = readable.argmax(axis=1)
        missing = None if gap is None else gap[chosen, rows]
        return place_in_windows(fill(windows[chosen, rows], missing), self._rate)

    def _is_echo(self, reach: Samples) -> NDArray[np.bool_]:
        """Mark candidates with a higher energy at most `reach` samples after them."""
        after = np.arange(1, int(reach.max()) + 1)
        index = np.minimum(self.at[:, None] + after, self._end[self.which][:, None] - 1)
        higher = self._joint[index] > self._joint[self.at][:, None]
        return np.asarray((higher & (after <= reach[:, None])).any(axis=1))

    def _noise_around(self) -> NDArray[np.float64]:
        """Return the noise around each candidate; the first joint energy repeats before it."""
        # Every fourth sample is enough for a quantile.
        before = max(1, round(NOISE_BEFORE_S * self._rate))
        steps = np.arange(-before, round(NOISE_AFTER_S * self._rate), 4)
        low, high = (edge[self.which][:, None] for edge in (self._start, self._end - 1))
        index = np.minimum(np.maximum(self.at[:, None] + steps, low), high)
        around = np.sort(self._joint[index], axis=1)
        background = around[:, int(NOISE_QUANTILE * len(steps))].astype(np.float64)
        return np.asarray(NOISE_GAIN * np.sqrt(background))


def _begin(lengths: list[int]) -> NDArray[np.intp]:
    """Return where each array begins when all are put one after the other."""
    return np.array([*accumulate(lengths, initial=0)][:-1], np.intp)


def find_maxima(
    values: NDArray[np.float32], before: int, ahead: int, least: float
) -> NDArray[np.int64]:
    """Find samples above `least` that are higher than all so far before, and as high as any ahead.

    Parameters
    ----------
    values : (n,) float32
        Not negative.
    before, ahead : int
        Samples, at least 1.
    least : float

    Returns
    -------
    (m,) int64
    """
    width = max(before, ahead)
    padded = extend(values, width, -1)
    former, latter = padded[width - 1 : -width - 1], padded[width + 1 : len(padded) - width + 1]
    # Few are higher than their neighbours: only these are compared with all around them.
    at = np.flatnonzero((values > least) & (values > former) & (values >= latter))
    around, own = padded[at[:, None] + np.arange(width - before, width + ahead + 1)], values[at]
    highest = own > around[:, :before].max(axis=1)
    return at[highest & (own >= around[:, before + 1 :].max(axis=1))]
