"""Find the candidates for beats, moments of high energy, in many recordings at a time."""

from collections.abc import Sequence

import numpy as np

from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT, Candidates
from ecg_anomaly.beats.r_peaks.energy_batch import AHEAD_S, EnergyBatch, SearchRange
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy
from ecg_anomaly.beats.r_peaks.placing import placing_reach


def find_candidates(held: JointEnergy, first: int, last: bool) -> tuple[Candidates, int]:
    """Find the candidates of one recording, see `find_candidates_together`."""
    (found,) = find_candidates_together([held], [first], last)
    return found


def find_candidates_together(
    held: Sequence[JointEnergy], first: Sequence[int], last: bool
) -> list[tuple[Candidates, int]]:
    """Find the candidates that no later sample can change.

    Parameters
    ----------
    held : sequence of JointEnergy
        Of recordings with one grid.
    first : sequence of int
        Averaged sample of each up to which candidates were found before.
    last : bool
        True when the signals end with what is held.

    Returns
    -------
    candidates : Candidates
        Of each recording, in order, from `first` on.
    stop : int
        Averaged sample up to which, and without, candidates are found now.
    """
    rate = held[0].grid.rate
    ahead, reach = max(1, round(AHEAD_S * rate)), placing_reach(rate)[1]
    none, found, parts = Candidates.none(), list[tuple[Candidates, int]](), list[SearchRange]()
    for h, begun in zip(held, first, strict=True):
        end, begin = len(h.joint), begun - h.start
        stop = max(end if last else min(end - ahead, h.leads.shape[1] - reach), begin)
        found.append((none, stop + h.start))
        parts.append(SearchRange(h, begin, stop))
    high = {place: parts[place] for place in _find_high(parts)}
    if high:
        for place, new in zip(high, EnergyBatch(list(high.values())).find(last), strict=True):
            found[place] = new
    return found


def _find_high(parts: list[SearchRange]) -> list[int]:
    """Return the recordings in which the energy is high enough somewhere."""
    some = [place for place, part in enumerate(parts) if part.stop > part.begin]
    if not some:
        return []
    pieces = [parts[place].held.joint[parts[place].begin : parts[place].stop] for place in some]
    edges = np.cumsum([0, *map(len, pieces[:-1])])
    top = np.maximum.reduceat(np.concatenate(pieces), edges)
    return [place for place, high in zip(some, top > LEAST_HEIGHT**2, strict=True) if high]
