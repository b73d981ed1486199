from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.records.record import Annotations
from lab.robustness.recording_metrics import ScoredRecording, evaluate_recordings

FS = 360.0


@pytest.fixture
def scored(make_decisions) -> ScoredRecording:
    """Beats N V N V N at 1 to 5 s and a rhythm mark; the second V is not found, 5.5 s is false."""
    marks = Annotations(
        np.round(np.array([0.5, 1, 2, 3, 4, 5]) * FS).astype(np.int64), np.array(list("+NVNVN"))
    )
    decisions = make_decisions([1.1, 2.0, 3.0, 5.0, 5.5], [-2, 3, -1, 1, 2])
    return ScoredRecording("r1", FS, 7200.0, marks, decisions, [(0.0, 7200.0)])


def test_every_reference_beat_counts_and_every_false_one(scored):
    metrics = evaluate_recordings([scored], 0.0)
    assert (metrics.n_beats, metrics.n_abnormal) == (5, 2)
    assert metrics.lost == 0.2
    assert metrics.found_v == 0.5
    assert metrics.false_alarms_per_hour == 2 / 2  # at 5 and 5.5 s
    assert metrics.off_beat == 0.5
    assert np.isnan(metrics.found_s)
    # Abnormal 3 and lost, against -2, -1, 1 and 2: the lost one is below all.
    assert metrics.auc == 0.5
    assert metrics.auc_read == 1.0
    assert 0 < metrics.average_precision < 1


def test_an_unreadable_beat_is_lost_and_never_flagged(scored, make_decisions):
    decisions = make_decisions([1.1, 2.0, 3.0, 5.0, 5.5], [-2, 3, -1, 1, 2], unreadable=".x")
    metrics = evaluate_recordings([replace(scored, decisions=decisions)], -100.0)
    assert metrics.lost == 0.4
    assert metrics.unreadable == 0.2
    assert metrics.found_v == 0.0
    assert np.isnan(metrics.auc_read)  # no abnormal beat is left


def test_only_the_minutes_asked_for_are_evaluated(scored):
    metrics = evaluate_recordings([replace(scored, spans=[(0.0, 1.5), (2.5, 3.5)])], -1.5)
    assert (metrics.n_beats, metrics.n_abnormal) == (2, 0)
    assert metrics.false_alarms_per_hour == pytest.approx(1 / (2.5 / 3600))
    assert np.isnan(metrics.auc)
    assert np.isnan(metrics.found_v)
    assert metrics.lost == 0.0


def test_recordings_are_ranked_together_and_a_lost_beat_is_below_those_of_all(
    scored, make_decisions
):
    low = make_decisions([1, 2, 3, 4, 5], [-9, -5, -9, -5, -9])
    other = replace(scored, name="r2", decisions=low)
    metrics = evaluate_recordings([scored, other], 0.0)
    assert metrics.n_beats == 10
    ranks = [(3, 1), (-100, 1), (-5, 1), (-5, 1)]
    normal = [-2, -1, 1, 2, -9, -9, -9]
    won = sum(score > n for score, _ in ranks for n in normal)
    assert metrics.auc == pytest.approx(won / (len(ranks) * len(normal)))


def test_nothing_found_is_all_lost(scored, make_decisions):
    metrics = evaluate_recordings([replace(scored, decisions=make_decisions([], []))], -5.0)
    assert metrics.lost == 1.0
    assert metrics.auc == 0.5
    assert metrics.false_alarms_per_hour == 0.0
    assert np.isnan(metrics.unreadable)
