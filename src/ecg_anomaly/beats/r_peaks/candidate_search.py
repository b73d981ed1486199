"""Find the candidates for beats, moments of high energy, in many recordings at a time."""

from collections.abc import Sequence

from ecg_anomaly.beats.r_peaks.candidates import Candidates
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
    none, found = Candidates.none(), list[tuple[Candidates, int]]()
    high, parts = list[int](), list[SearchRange]()
    for place, (h, begun) in enumerate(zip(held, first, strict=True)):
        stop = h.n_joint if last else min(h.n_joint - ahead, h.n_samples - reach)
        until = max(stop + h.start, begun)
        found.append((none, until))
        if until > begun and h.may_be_high(begun, until):
            high.append(place)
            parts.append(SearchRange(h, begun - h.start, until - h.start))
    if high:
        for number, new in EnergyBatch(parts).find(last).items():
            found[high[number]] = new
    return found
