from dataclasses import replace

import numpy as np

from ecg_anomaly.detector.engine import score_recording
from lab.robustness.whole_record import compare_paths, join_differences, read_whole


def test_a_detector_says_what_the_benchmarks_path_says(detector, long_record):
    decisions = score_recording(detector, long_record, threads=2)
    whole = read_whole(long_record, detector).decide(detector, long_record.fs)
    difference = compare_paths(decisions, whole)
    assert difference.n_beats == len(decisions) > 300
    assert difference.n_abnormal == decisions.anomalous.sum()
    assert (difference.beats, difference.unreadable, difference.flags) == (0, 0, 0)
    assert difference.score < 1e-9
    np.testing.assert_allclose(whole.rr_s, decisions.rr_s)


def test_a_beat_that_cannot_be_read_has_no_score(detector, record):
    signal = record.signal.copy()
    signal[round(20 * record.fs) : round(22 * record.fs)] = np.nan
    whole = read_whole(replace(record, signal=signal), detector)
    score = whole.score(detector)
    assert (np.isnan(score) == (whole.unreadable != "")).all()
    assert 0 < np.isnan(score).sum() < 10
    assert not whole.decide(detector, record.fs).anomalous[np.isnan(score)].any()


def test_each_kind_of_difference_is_counted(make_decisions):
    one = make_decisions([1, 2, 3, 4], [-1, 1, -1, 0.5])
    other = make_decisions([1, 2, 3, 5], [-1, -1.5, 9, 0], unreadable="..x")
    difference = compare_paths(one, other)
    assert difference.beats == 2
    assert difference.flags == 1
    assert difference.unreadable == 1
    assert difference.score == 2.5
    joined = join_differences([difference, compare_paths(one, one)])
    assert (joined.n_beats, joined.beats, joined.score) == (8, 2, 2.5)


def test_no_common_beat_is_no_difference_of_scores(make_decisions):
    difference = compare_paths(make_decisions([1], [0]), make_decisions([], []))
    assert (difference.beats, difference.flags, difference.score) == (1, 0, 0.0)
