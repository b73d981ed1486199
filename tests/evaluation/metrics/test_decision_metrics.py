"""Counts and rates of decisions: scikit-learn's, and NaN without a denominator."""

import numpy as np
import pytest
from sklearn import metrics

from ecg_anomaly.evaluation.metrics.decision_metrics import (
    Confusion,
    compute_rates,
    count_decisions,
)


@pytest.fixture
def decisions() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    anomalous = rng.random(300) < 0.2
    return anomalous, anomalous ^ (rng.random(300) < 0.15)


def test_counts_agree_with_scikit_learn(decisions):
    counts = count_decisions(*decisions)
    tn, fp, fn, tp = metrics.confusion_matrix(*decisions).ravel()
    assert counts == Confusion(tp=tp, fp=fp, tn=tn, fn=fn)


def test_rates_agree_with_scikit_learn(decisions):
    rates = compute_rates(count_decisions(*decisions))
    expected = {
        "accuracy": metrics.accuracy_score(*decisions),
        "precision": metrics.precision_score(*decisions),
        "recall": metrics.recall_score(*decisions),
        "f1": metrics.f1_score(*decisions),
        "specificity": metrics.recall_score(*(~d for d in decisions)),
    }
    assert rates == pytest.approx(expected)


@pytest.mark.parametrize(
    ("counts", "missing"),
    [
        (Confusion(0, 0, 0, 0), {"accuracy", "precision", "recall", "f1", "specificity"}),
        (Confusion(0, 0, 9, 0), {"precision", "recall", "f1"}),
        (Confusion(0, 0, 9, 1), {"precision"}),
        (Confusion(0, 3, 9, 0), {"recall"}),
        (Confusion(4, 0, 0, 1), {"specificity"}),
    ],
)
def test_a_rate_without_denominator_is_nan_and_the_others_are_not(counts, missing):
    rates = compute_rates(counts)
    assert {name for name, value in rates.items() if np.isnan(value)} == missing


def test_weighing_every_count_alike_changes_no_rate():
    one, other = (compute_rates(Confusion(3 * k, 5 * k, 70 * k, 2 * k)) for k in (1.0, 2.5))
    assert one == pytest.approx(other)
