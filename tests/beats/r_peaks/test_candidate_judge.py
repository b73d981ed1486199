"""One by one candidates are judged as all together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.r_peaks.candidate_judge import CandidateJudge
from ecg_anomaly.beats.r_peaks.candidates import Candidates
from ecg_anomaly.beats.r_peaks.sure_beats import judge_candidates

#: Times to the next candidate in samples, at rates near 120 Hz: waves, beats, pauses.
APART = [10, 25, 29, 30, 31, 40, 54, 55, 56, 60, 90, 96, 100, 250, 400, 700]


def assert_judged_alike(gaps: list[int], heights: list[float], noises: list[float], rate: float):
    sample = np.cumsum(gaps, dtype=np.int64)
    every = Candidates(sample, np.array(heights), np.array(noises), sample)
    expected, judge, at = judge_candidates(every, rate), CandidateJudge(rate), 0
    while at < len(every):
        own = slice(at, at + 1 + at % 3)
        sure, doubted = judge.judge(every.select(own))
        assert sure == expected.sure[own].tolist()
        assert doubted == expected.doubted[own].any()
        at = own.stop
    return expected


HEIGHTS = [0.3301, 0.4, 0.43, 0.5, 0.84, 0.85, 1.0, 1.0, 3.5]
NOISES = [0.0, 0.05, 0.06, 0.2, 0.3, 0.49, 0.5, 0.7]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(*map(st.sampled_from, (APART, HEIGHTS, NOISES))), min_size=1),
    st.sampled_from([82.0, 120.0, 128.0, 1000 / 7]),
)
def test_one_by_one_they_are_judged_as_together(rows, rate):
    assert_judged_alike(*map(list, zip(*rows, strict=True)), rate)


@pytest.mark.parametrize("noise", [0.02, 0.2, 0.6])
@pytest.mark.parametrize("spread", [2, 8, 30])
def test_a_thousand_in_noise_at_changing_rates_are_judged_as_together(noise, spread):
    rng, n = np.random.default_rng(0), 1000
    gaps = np.rint(rng.choice([60, 90, 110], 8).repeat(n // 8) + rng.normal(0, spread, n))
    found = assert_judged_alike(
        np.maximum(gaps, 5).astype(int).tolist(),
        rng.uniform(0.33, 1.3, n).tolist(),
        rng.uniform(0, 2 * noise, n).tolist(),
        120.0,
    )
    assert found.doubted.any()
    assert not found.doubted.all()
