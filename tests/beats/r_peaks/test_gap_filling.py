import numpy as np
import pytest

from chosen_candidates import RATE, chosen
from ecg_anomaly.beats.r_peaks.beat_choice import choose_beats
from ecg_anomaly.beats.r_peaks.candidates import Candidates


def test_a_p_wave_is_lower_than_the_beat_it_precedes():
    assert chosen([0.0, 0.62, 0.9], [1, 0.45, 1]) == [0.0, 0.9]


@pytest.mark.parametrize(("before_s", "found"), [(0.25, False), (0.4, True)])
def test_in_a_gap_a_p_wave_comes_just_before_a_beat(before_s, found):
    at = round(1.6 - before_s, 2)
    assert (at in chosen([0.0, at, 1.6], [1, 0.4, 1])) is found


def test_inside_a_usual_interval_only_a_high_candidate_is_a_beat():
    assert 0.4 not in chosen([0.0, 0.4, 0.8], [1, 0.47, 1])
    assert 0.4 in chosen([0.0, 0.4, 0.8], [1, 0.9, 1])


def test_a_low_beat_is_looked_for_in_a_gap_only():
    assert chosen([0.0, 0.8, 1.6], [1, 0.4, 1]) == [0.0, 0.8, 1.6]
    assert chosen([0.0, 0.45, 0.8], [1, 0.4, 1]) == [0.0, 0.8]
    assert chosen([0.0, 0.8, 1.6], [1, 0.2, 1]) == [0.0, 1.6]


def test_only_what_is_in_doubt_waits_for_what_follows():
    sample = np.rint(np.array([*0.8 * np.arange(1, 11), 8.4]) * RATE).astype(np.int64)
    height = np.ones(len(sample))
    early = Candidates(sample, height, np.full(len(sample), 0.05), sample)
    assert choose_beats(early, RATE, stop=sample[-1] + 1).n_final == len(sample)
    height[-1] = 0.5
    waiting = choose_beats(early, RATE, stop=sample[-1] + 1)
    assert waiting.n_final == len(sample) - 1
    assert sample[-1] < waiting.recheck < sample[-1] + 1.2 * RATE
    later = choose_beats(early, RATE, stop=waiting.recheck + 1)
    assert later.n_final == len(sample)
    assert later.found[:-1].all()
    assert later.found.tolist() == choose_beats(early, RATE).found.tolist()
