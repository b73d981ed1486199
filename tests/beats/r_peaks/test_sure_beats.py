"""Beats without doubt, and candidates in doubt."""

import numpy as np

from ecg_anomaly.beats.r_peaks.candidates import Candidates
from ecg_anomaly.beats.r_peaks.sure_beats import Judged, judge_candidates

RATE = 100.0


def judge(times: list[float], heights: list[float], noise: float = 0.0) -> Judged:
    sample = np.rint(np.array(times) * RATE).astype(np.int64)
    return judge_candidates(
        Candidates(sample, np.array(heights), np.full(len(sample), noise), sample), RATE
    )


def test_high_ones_are_beats_and_low_ones_are_in_doubt():
    found = judge([0.0, 0.8, 1.6, 2.4], [1, 1, 0.4, 1])
    assert found.sure.tolist() == [True, True, False, True]
    assert found.doubted.tolist() == [False, False, True, False]


def test_a_low_early_one_is_in_doubt_and_a_high_one_is_none():
    assert judge([0.0, 0.8, 1.25], [1, 1, 0.5], 0.1).doubted.tolist() == [False, False, True]
    assert judge([0.0, 0.8, 1.25], [1, 1, 0.9], 0.1).sure.tolist() == [True] * 3


def test_a_wave_is_neither():
    found = judge([0.0, 0.8, 1.05], [1, 1, 0.35])
    assert not found.sure[2]
    assert not found.doubted[2]


def test_the_usual_interval_is_the_median_of_those_before():
    usual = judge([0.0, 0.8, 1.6, 2.7, 3.5], [1] * 5).usual
    np.testing.assert_allclose(usual, [np.nan, np.nan, 80, 80, 80])
    assert np.isnan(judge([0.0, 0.8, 9.0], [1] * 3).usual[2])
