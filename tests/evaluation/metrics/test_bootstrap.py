"""Intervals over subjects: around the estimate, wide when subjects differ, none for one subject."""

import numpy as np
import pytest

from ecg_anomaly.evaluation.metrics.bootstrap import (
    METRICS,
    bootstrap_differences,
    bootstrap_intervals,
)
from ecg_anomaly.evaluation.metrics.decision_metrics import compute_rates, count_decisions
from ecg_anomaly.network.beat_scores import area_under_roc, average_precision


def draw(
    n: int = 2000, n_subjects: int = 15, spread: float = 0.5, rare: float = 0.15, seed: int = 0
):
    """Draw scores of subjects who differ by `spread`; return truth, score and subject."""
    rng = np.random.default_rng(seed)
    owner = np.arange(n) % n_subjects
    anomalous = rng.random(n) < rare
    score = rng.normal(size=n) + 2 * anomalous + rng.normal(0, spread, n_subjects)[owner]
    return anomalous, score, owner.astype("U4")


def intervals(anomalous, score, subject, n_samples: int = 200, confidence=0.95, seed: int = 0):
    flagged = score > 1.0
    return bootstrap_intervals(anomalous, score, flagged, subject, n_samples, confidence, seed)


def estimate(anomalous, score) -> dict[str, float]:
    return {
        **compute_rates(count_decisions(anomalous, score > 1.0)),
        "auroc": area_under_roc(anomalous, score),
        "average_precision": average_precision(anomalous, score),
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_interval_holds_the_estimate_of_every_metric(seed):
    anomalous, score, subject = draw(seed=seed)
    found = intervals(anomalous, score, subject)
    assert tuple(found) == METRICS
    for name, value in estimate(anomalous, score).items():
        low, high = found[name]
        assert low <= value <= high, name
        assert low < high, name


@pytest.mark.parametrize("rare", [0.3, 0.02, 0.003])
@pytest.mark.parametrize("decimals", [9, 0])
def test_areas_are_exact_with_ties_and_with_few_abnormal_beats(rare, decimals):
    anomalous, score, _ = draw(5000, rare=rare)
    score = score.round(decimals)
    # Two subjects with the same beats: every resample is the data again, up to its weight.
    double = [np.tile(a, 2) for a in (anomalous, score)]
    found = intervals(*double, np.repeat(["a", "b"], 5000), n_samples=10)
    for name, value in estimate(anomalous, score).items():
        np.testing.assert_allclose(found[name], value, atol=1e-9, err_msg=name)


def test_subjects_who_differ_more_make_wider_intervals():
    widths = []
    for spread in (0.0, 1.0, 3.0):
        low, high = intervals(*draw(spread=spread))["specificity"]
        widths.append(high - low)
    assert widths == sorted(widths)
    assert widths[2] > 3 * widths[0]


def test_more_confidence_is_wider():
    narrow, wide = (intervals(*draw(), confidence=c)["auroc"] for c in (0.5, 0.99))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(
    ("confidence", "wanted"), [(0.4, [0.5, 0.5]), (0.6, [0.0, 1.0]), (0.95, [0.0, 1.0])]
)
def test_both_tails_hold_half_of_what_the_confidence_leaves(confidence, wanted):
    # Of two subjects, one right and one wrong, a resample draws the right one 0, 1 or 2 times, with
    # probabilities of 1/4, 1/2 and 1/4: the accuracy is 0, 0.5 or 1.
    anomalous = np.repeat([True, False, True, False], 20)
    score = np.where(anomalous, 2.0, 0.0)
    score[40:] = 2.0 - score[40:]
    found = intervals(anomalous, score, np.repeat(["a", "b"], 40), 2000, confidence)
    assert found["accuracy"] == wanted


@pytest.mark.parametrize("n_subjects", [0, 1])
def test_fewer_than_two_subjects_have_no_interval(n_subjects):
    anomalous, score, subject = (a[: 50 * n_subjects] for a in draw(n_subjects=1))
    found = intervals(anomalous, score, subject)
    assert tuple(found) == METRICS
    assert np.isnan(list(found.values())).all()


def test_constant_scores_rank_like_chance():
    anomalous, _, subject = draw()
    found = intervals(anomalous, np.zeros(len(anomalous)), subject)
    assert found["auroc"] == [0.5, 0.5]
    low, high = found["average_precision"]
    assert low < anomalous.mean() < high


@pytest.mark.parametrize(("kind", "missing"), [(False, "recall"), (True, "specificity")])
def test_one_kind_of_beat_leaves_out_what_has_no_value(kind, missing):
    _, score, subject = draw()
    found = intervals(np.full(len(score), kind), score, subject)
    for name in ("auroc", "average_precision", missing):
        assert np.isnan(found[name]).all(), name
    assert np.isfinite(found["accuracy"]).all()


def test_resamples_without_abnormal_beats_are_left_out():
    score = np.array([0.0, 0.1, 0.2, 3.0, 2.0, 0.5])
    anomalous = np.array([False, False, False, True, False, False])
    found = intervals(anomalous, score, np.array(list("aaabbb")))
    assert np.isfinite(found["recall"]).all()
    assert found["auroc"] == [1.0, 1.0]


def test_the_same_seed_gives_the_same_intervals_and_another_seed_others():
    data = draw()
    assert intervals(*data) == intervals(*data)
    assert intervals(*data) != intervals(*data, seed=1)


def test_the_order_of_the_beats_does_not_matter():
    data = draw()
    order = np.random.default_rng(5).permutation(len(data[0]))
    one, other = intervals(*data), intervals(*(a[order] for a in data))
    for name in METRICS:
        np.testing.assert_allclose(one[name], other[name], atol=1e-12)


def differences(score, other, anomalous, subject, n_samples: int = 200):
    return bootstrap_differences(anomalous, score, other, subject, n_samples, 0.95, 0)


def test_a_detector_does_not_differ_from_itself():
    anomalous, score, subject = draw()
    for low, high in differences(score, score, anomalous, subject).values():
        assert (low, high) == (0, 0)


def test_the_difference_of_two_scores_with_common_errors_is_known_better_than_either():
    anomalous, score, subject = draw(spread=2.0)
    worse = score + np.random.default_rng(3).normal(0, 0.7, len(score))
    found = differences(score, worse, anomalous, subject)
    single = intervals(anomalous, score, subject)
    for name, (low, high) in found.items():
        better = estimate(anomalous, score)[name] - estimate(anomalous, worse)[name]
        assert 0 < low <= better <= high
        assert high - low < np.diff(single[name])[0]


def test_scores_that_change_places_change_the_sign_and_the_ends():
    anomalous, score, subject = draw()
    other = score + np.random.default_rng(3).normal(0, 0.7, len(score))
    found = differences(score, other, anomalous, subject)
    for name, (low, high) in differences(other, score, anomalous, subject).items():
        np.testing.assert_allclose(found[name], [-high, -low], atol=1e-12)


def test_one_subject_has_no_interval_of_a_difference():
    anomalous, score, _ = draw()
    found = differences(score, -score, anomalous, np.full(len(score), "one"))
    assert np.isnan(np.concatenate(list(found.values()))).all()
