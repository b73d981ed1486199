"""Candidates as they come give the R peaks that all together give."""

import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.beat_choice import choose_beats
from ecg_anomaly.beats.r_peaks.candidates import Candidates
from ecg_anomaly.beats.r_peaks.held_candidates import MOST_APART, HeldCandidates

RATE = 120.0


def make_candidates(n: int, spread: float, noise: float) -> Candidates:
    rng = np.random.default_rng(3)
    gaps = rng.choice([40, 60, 90, 110], n // 25).repeat(25) + rng.normal(0, spread, n)
    sample = np.cumsum(np.maximum(np.rint(gaps), 10)).astype(np.int64)
    return Candidates(sample, rng.uniform(0.34, 1.3, n), rng.uniform(0, 2 * noise, n), 3 * sample)


@pytest.mark.parametrize("most", [1, 3, 40])
@pytest.mark.parametrize(("spread", "noise"), [(1, 0.0), (5, 0.1), (20, 0.3)])
def test_in_any_pieces_the_r_peaks_are_those_of_the_whole(most, spread, noise):
    every, held, at, found = make_candidates(600, spread, noise), HeldCandidates(RATE), 0, []
    rng, alone = np.random.default_rng(most), 0
    while at < len(every):
        n = min(int(rng.integers(0, most + 1)), len(every) - at)
        new, at = every.select(slice(at, at + n)), at + n
        last = at == len(every)
        stop = int(every.sample[at - 1]) + 1 if at else 0
        now = held.add(new, stop, last)
        if now is None:
            choice = choose_beats(held.join(), RATE, np.inf if last else stop)
            now = held.take(choice, stop)
        alone += n if not held.n_open else 0
        found.append(now)
        assert held.latest == max((int(r[-1]) for r in found if len(r)), default=-1)
        assert held.first_open is None or held.first_open > held.latest
        if rng.random() < 0.1:  # go on with restored ones
            again, kept = HeldCandidates(RATE), held.join()
            again.restore(kept, len(kept) - held.n_open, held.latest, held.recheck)
            held = again
    whole = choose_beats(every, RATE)
    np.testing.assert_array_equal(np.concatenate(found), every.r_peak[whole.found])
    assert alone > 0
    assert 100 < len(np.concatenate(found)) < 600


def test_what_is_held_is_bounded():
    held, high, none = HeldCandidates(RATE), np.ones(1), np.zeros(1)
    for sample in range(100, 60_000, 100):
        at = np.array([sample])
        assert held.add(Candidates(at, high, none, 3 * at), sample + 1, False) == 3 * sample
    assert len(held.join()) < 40 + MOST_APART
