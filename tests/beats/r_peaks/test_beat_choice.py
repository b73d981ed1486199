import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.beat_choice import (
    P_WAVE_S,
    REFRACTORY_S,
    T_WAVE_S,
    choose_beats,
    drop_waves,
)
from ecg_anomaly.beats.r_peaks.candidates import Candidates

RATE = 100.0


def chosen(time_s, height=1.0, noise=0.05) -> list[float]:
    """Times of the candidates that are beats, after ten regular ones and before ten more."""
    time_s = np.asarray(time_s, dtype=float)
    before, after = -8.0 + 0.8 * np.arange(10), time_s[-1] + 0.8 * np.arange(1, 11)
    times = np.concatenate([before, time_s, after])
    heights = np.ones(len(times))
    heights[10:-10] = height
    sample = np.rint((times + 10) * RATE).astype(np.int64)
    noises = np.full(len(times), noise)
    found = choose_beats(Candidates(sample, heights, noises, sample), RATE)
    assert found[:10].all()
    assert found[-9:].all()
    return time_s[found[10:-10]].tolist()


def test_regular_beats_are_all_chosen():
    assert chosen([0.0, 0.8, 1.6]) == [0.0, 0.8, 1.6]


@pytest.mark.parametrize(("height", "found"), [(0.3, False), (0.9, True)])
def test_a_t_wave_is_lower_than_its_beat(height, found):
    assert (0.28 in chosen([0.0, 0.28, 0.8], [1, height, 1])) is found


def test_a_p_wave_is_lower_than_the_beat_it_precedes():
    assert chosen([0.0, 0.62, 0.9], [1, 0.45, 1]) == [0.0, 0.9]


def test_of_two_within_the_refractory_period_the_higher_is_the_beat():
    assert chosen([0.0, 0.8, 0.95], [1, 0.7, 0.9]) == [0.0, 0.95]
    assert chosen([0.0, 0.8, 0.95], [1, 0.9, 0.9]) == [0.0, 0.8]


def test_a_dropped_wave_drops_no_other():
    # The second is silenced by the first, so the third is free.
    assert chosen([0.0, 0.2, 0.44], [1.0, 0.9, 0.8]) == [0.0, 0.44]


def test_inside_a_usual_interval_only_a_high_candidate_is_a_beat():
    assert 0.4 not in chosen([0.0, 0.4, 0.8], [1, 0.47, 1])
    assert 0.4 in chosen([0.0, 0.4, 0.8], [1, 0.9, 1])


def test_a_low_beat_is_looked_for_in_a_gap_only():
    assert chosen([0.0, 0.8, 1.6], [1, 0.4, 1]) == [0.0, 0.8, 1.6]
    assert chosen([0.0, 0.45, 0.8], [1, 0.4, 1]) == [0.0, 0.8]
    assert chosen([0.0, 0.8, 1.6], [1, 0.2, 1]) == [0.0, 1.6]


def test_the_more_noise_the_higher_a_beat_must_be():
    assert chosen([0.0, 0.6, 1.2], [1, 0.6, 1], noise=0.05) == [0.0, 0.6, 1.2]
    assert chosen([0.0, 0.4, 1.2], [1, 0.6, 1], noise=0.4) == [0.0, 1.2]


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_candidates(n):
    sample = np.arange(n) * 100
    few = Candidates(sample, np.ones(n), np.zeros(n), sample)
    assert choose_beats(few, RATE).tolist() == [True] * n


@pytest.mark.parametrize(
    ("limit_s", "height"),
    [(P_WAVE_S, (0.4, 1.0)), (REFRACTORY_S, (0.95, 1.0)), (T_WAVE_S, (1.0, 0.01))],
)
def test_a_wave_is_dropped_nearer_than_the_limit_and_kept_at_it(limit_s, height):
    at = round(limit_s * RATE)
    assert at / RATE == limit_s
    for apart, n_kept in ((at, 2), (at - 1, 1)):
        kept = drop_waves(np.array([500, 500 + apart]), np.array(height), RATE)
        assert kept.sum() == n_kept
        assert kept[int(np.argmax(height))]
