"""Find the moments that may be beats, where the joint energy of all leads is highest."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy, fill, find_gaps
from ecg_anomaly.beats.r_peaks.placing import place_r_peaks, placing_reach
from ecg_anomaly.beats.r_peaks.sliding import extend, sliding_maximum

#: A candidate is the highest from this long before to this long after it, in s, and at least this
#: share of the usual QRS complex.
BEFORE_S, AHEAD_S, LEAST_HEIGHT = 0.08, 0.115, 0.33

#: Nor is anything higher up to this long after its R peak, in s: it would be the P wave of what is,
#: or its onset.
ECHO_S = 0.165

#: The R peak is placed on the first lead that has at least this share of the energy.
LEAST_SHARE = 0.05

#: The noise around a candidate is the mean of that of the blocks before and of this quantile of the
#: energy from so long before to so long after it, in s, times the gain in amplitude.
NOISE_BEFORE_S, NOISE_AFTER_S, NOISE_QUANTILE, NOISE_GAIN = 1.0, 0.115, 0.37, 0.8

#: A candidate depends on no joint energy further back than this, in s.
BACK_S = NOISE_BEFORE_S


@dataclass(frozen=True)
class Candidates:
    """Moments that may be beats, in order.

    Attributes
    ----------
    sample : (n,) int64
        Where the energy is highest, in averaged samples.
    height : (n,) float64
        Root of the energy, 1 being the usual QRS complex.
    noise : (n,) float64
        What lies between QRS complexes, in the same unit.
    r_peak : (n,) int64
        Where the R peak is if this is a beat, in samples of the recording.
    """

    sample: NDArray[np.int64]
    height: NDArray[np.float64]
    noise: NDArray[np.float64]
    r_peak: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sample)

    @classmethod
    def none(cls) -> "Candidates":
        """Return no candidates."""
        whole, real = np.zeros(0, np.int64), np.zeros(0)
        return cls(whole, real, real, whole)

    def select(self, rows: NDArray[Any] | slice) -> "Candidates":
        """Return the candidates of a mask, of indices or of a slice."""
        return Candidates(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def join_candidates(parts: list[Candidates]) -> Candidates:
    """Join candidates in order."""
    names = [f.name for f in fields(Candidates)]
    return Candidates(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def find_candidates(held: JointEnergy, first: int, last: bool) -> tuple[Candidates, int]:
    """Find the candidates that depend on nothing that is not known yet.

    Parameters
    ----------
    held : JointEnergy
    first : int
        Averaged sample up to which candidates were found before.
    last : bool
        True when the signal ends with what is held.

    Returns
    -------
    candidates : Candidates
        In order, from `first` on.
    stop : int
        Averaged sample up to which, and without, candidates are found now.
    """
    grid, start, end = held.grid, held.start, len(held.joint)
    rate, before = grid.rate, max(1, round(BEFORE_S * grid.rate))
    ahead = max(1, round(AHEAD_S * rate))
    stop = end
    if not last:
        stop = min(end - ahead, held.leads.shape[1] - placing_reach(rate)[1])
    begin, stop = first - start, max(stop, first - start)
    if stop <= begin or held.joint[begin:stop].max() <= LEAST_HEIGHT**2:
        return Candidates.none(), stop + start
    low = max(0, begin - before)
    at = low + find_maxima(held.joint[low : stop + ahead], before, ahead, LEAST_HEIGHT**2)
    at = at[(at >= begin) & (at < stop)]
    if not len(at):
        return Candidates.none(), stop + start
    block = at // grid.size
    offset = _place(held, at, held.weight[block])
    reach = np.ceil(at + offset + ECHO_S * rate).astype(np.int64)
    if not last and reach.max() >= end:
        early = int(np.argmax(reach >= end))  # what follows the R peak is not known yet
        stop = int(at[early])
        at, offset, reach, block = at[:early], offset[:early], reach[:early], block[:early]
    kept = ~_is_echo(held.joint, at, reach)
    at, offset, block = at[kept], offset[kept], block[kept]
    # Whole samples are added to whole samples, which gives the same in every chunk.
    within = np.rint(offset * grid.step + (grid.step - 1) / 2).astype(np.int64)
    found = Candidates(
        sample=at + start,
        height=np.sqrt(held.joint[at].astype(np.float64)),
        noise=(held.noise[block] + _noise_around(held.joint, at, rate)) / 2,
        r_peak=np.maximum((at + start) * grid.step + within, 0),
    )
    return found, stop + start


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
    former = sliding_maximum(extend(values, before, -1)[: len(values) + before - 1], before)
    latter = sliding_maximum(extend(values, ahead, -1)[ahead + 1 :], ahead)
    return np.flatnonzero((values > former) & (values >= latter) & (values > least))


def _place(
    held: JointEnergy, at: NDArray[np.int64], weight: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Place the R peak of each candidate on the first lead that is readable there."""
    rate, readable = held.grid.rate, weight >= LEAST_SHARE
    before, after = placing_reach(rate)
    low = max(0, int(at[0]) - before)
    leads = held.leads[:, low : int(at[-1]) + after + 1]
    gaps = find_gaps(leads)
    if gaps is not None:
        leads = fill(leads, gaps)
        around = at[:, None] - low + np.arange(-before, after + 1)
        around = np.clip(around, 0, leads.shape[1] - 1)
        readable = readable & ~gaps[:, around].any(axis=2).T
    chosen, offset = readable.argmax(axis=1), np.zeros(len(at))
    for number, lead in enumerate(leads):
        mine = np.flatnonzero(chosen == number)
        if len(mine):
            offset[mine] = place_r_peaks(lead, at[mine] - low, rate)
    return offset


def _is_echo(
    joint: NDArray[np.float32], at: NDArray[np.int64], reach: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Mark candidates with a higher energy up to a sample after them."""
    if not len(at):
        return np.zeros(0, bool)
    index = at[:, None] + np.arange(1, int((reach - at).max()) + 1)
    higher = joint[np.minimum(index, len(joint) - 1)] > joint[at][:, None]
    return np.asarray((higher & (index <= reach[:, None])).any(axis=1))


def _noise_around(
    joint: NDArray[np.float32], at: NDArray[np.int64], rate: float
) -> NDArray[np.float64]:
    """Return the noise around each candidate; the first joint energy repeats before it."""
    # Every fourth sample is enough for a quantile.
    before = max(1, round(NOISE_BEFORE_S * rate))
    steps = np.arange(-before, round(NOISE_AFTER_S * rate), 4)
    around = np.sort(joint[np.clip(at[:, None] + steps, 0, len(joint) - 1)], axis=1)
    calm = around[:, int(NOISE_QUANTILE * len(steps))].astype(np.float64)
    return np.asarray(NOISE_GAIN * np.sqrt(calm))
