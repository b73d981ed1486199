import numpy as np
import pytest

from chosen_candidates import RATE, chosen
from ecg_anomaly.beats.r_peaks.beat_choice import choose_beats, choose_beats_together
from ecg_anomaly.beats.r_peaks.candidates import Candidates


def test_regular_beats_are_all_chosen():
    assert chosen([0.0, 0.8, 1.6]) == [0.0, 0.8, 1.6]


@pytest.mark.parametrize(("height", "found"), [(0.3, False), (0.9, True)])
def test_a_t_wave_is_lower_than_its_beat(height, found):
    assert (0.28 in chosen([0.0, 0.28, 0.8], [1, height, 1])) is found


def test_of_two_within_the_refractory_period_the_second_is_no_beat_unless_it_is_higher():
    assert chosen([0.0, 0.8, 0.95], [1, 0.9, 0.9]) == [0.0, 0.8]
    assert 0.95 in chosen([0.0, 0.8, 0.95], [1, 0.7, 0.9])


def test_a_dropped_wave_drops_no_other():
    # The second is silenced by the first, so the third is free.
    assert chosen([0.0, 0.2, 0.44], [1.0, 0.9, 0.8]) == [0.0, 0.44]


def test_the_more_noise_the_higher_a_beat_must_be():
    assert chosen([0.0, 0.6, 1.2], [1, 0.6, 1], noise=0.05) == [0.0, 0.6, 1.2]
    assert chosen([0.0, 0.4, 1.2], [1, 0.6, 1], noise=0.4) == [0.0, 1.2]


def test_beats_of_a_steady_new_rate_are_not_early_though_it_raises_the_noise():
    times, last = 0.36 * np.arange(1, 9), 0.36 * 9
    steady = chosen([0.0, *times, last], 0.9, noise=0.25)
    # Only the first ones must be as high as an early beat.
    assert set(np.round(times[3:7], 2)) <= set(np.round(steady, 2))
    uneven = times + 0.05 * np.tile([0, 1], 4)
    assert set(np.round(uneven[3:7], 2)) - set(np.round(chosen([0.0, *uneven, last], 0.9, 0.25), 2))


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_candidates(n):
    sample = np.arange(n) * 100
    few = Candidates(sample, np.ones(n), np.zeros(n), sample)
    assert choose_beats(few, RATE).found.tolist() == [True] * n


def test_a_low_beat_on_time_waits_for_nothing():
    """Where intervals are uneven, so that none is a steady new rate."""
    sample = np.cumsum(np.rint(np.array([0.9, 0.7] * 5 + [0.75]) * RATE).astype(np.int64))
    height = np.append(np.ones(10), 0.5)
    on_time = Candidates(sample, height, np.full(11, 0.05), sample)
    choice = choose_beats(on_time, RATE, stop=sample[-1] + 1)
    assert choice.n_final == 11
    assert choice.found.all()


def test_two_beats_in_a_gap_may_be_just_far_enough_apart():
    assert chosen([0.0, 0.8, 1.28, 2.08], [1, 0.4, 0.4, 1]) == [0.0, 0.8, 1.28, 2.08]
    assert chosen([0.0, 0.8, 1.27, 2.07], [1, 0.4, 0.4, 1]) == [0.0, 0.8, 2.07]


@pytest.mark.parametrize("seed", range(5))
def test_candidates_to_come_change_nothing_that_is_final(seed):
    rng = np.random.default_rng(seed)
    sample = np.cumsum(rng.integers(10, 90, 300))
    candidates = Candidates(sample, rng.uniform(0.33, 1.3, 300), rng.uniform(0, 0.3, 300), sample)
    whole, n_before = choose_beats(candidates, RATE).found, 0
    for n in range(0, 300, 7):
        known = choose_beats(candidates.select(slice(n)), RATE, stop=sample[n] - 1)
        assert n_before <= known.n_final <= n
        np.testing.assert_array_equal(known.found[: known.n_final], whole[: known.n_final])
        n_before = known.n_final
    assert n_before > 250


def test_the_candidates_of_many_recordings_are_judged_as_those_of_each():
    parts, stops = [], []
    for seed, n in enumerate((40, 0, 1, 300, 2, 60, 61, 62, 63, 64)):
        rng = np.random.default_rng(seed)
        sample = 10**6 * seed + np.cumsum(rng.integers(10, 90, n))
        parts.append(Candidates(sample, rng.uniform(0.33, 1.3, n), rng.uniform(0, 0.3, n), sample))
        stops.append(float(sample[-1]) + 5 if n else 7.0)
    together = choose_beats_together(parts, RATE, stops)
    for part, stop, choice in zip(parts, stops, together, strict=True):
        alone = choose_beats(part, RATE, stop)
        np.testing.assert_array_equal(choice.found, alone.found)
        assert (choice.n_final, choice.recheck) == (alone.n_final, alone.recheck)
    assert sum(choice.n_final < len(p) for choice, p in zip(together, parts, strict=True)) > 1
