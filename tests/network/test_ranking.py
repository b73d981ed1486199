"""Threshold-free figures: scikit-learn's, and no value where there is none."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ecg_anomaly.network.ranking import area_under_roc, average_precision

METRICS = [(area_under_roc, roc_auc_score), (average_precision, average_precision_score)]


@pytest.mark.parametrize(("ours", "theirs"), METRICS)
def test_agrees_with_scikit_learn_with_and_without_ties(ours, theirs):
    rng = np.random.default_rng(0)
    anomalous = rng.random(500) < 0.2
    for score in (rng.normal(size=500) + anomalous, rng.integers(0, 5, 500).astype(float)):
        assert ours(anomalous, score) == pytest.approx(theirs(anomalous, score))


@pytest.mark.parametrize(("metric", "worst"), [(area_under_roc, 0.0), (average_precision, 5 / 12)])
def test_perfect_and_worst_by_hand(metric, worst):
    anomalous = np.array([False, False, True, True])
    assert metric(anomalous, np.arange(4.0)) == 1
    assert metric(anomalous, -np.arange(4.0)) == pytest.approx(worst)


@pytest.mark.parametrize("metric", [area_under_roc, average_precision])
@pytest.mark.parametrize("n", [0, 1, 5])
@pytest.mark.parametrize("kind", [True, False])
def test_one_kind_of_beat_has_no_ranking(metric, n, kind):
    assert np.isnan(metric(np.full(n, kind), np.zeros(n)))


@pytest.mark.parametrize("metric", [area_under_roc, average_precision])
def test_only_the_order_of_scores_counts(metric):
    rng = np.random.default_rng(1)
    anomalous, score = rng.random(200) < 0.3, rng.normal(size=200)
    assert metric(anomalous, np.exp(score)) == pytest.approx(metric(anomalous, score))
