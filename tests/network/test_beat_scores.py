"""Scores beside their beats, in memory and in a file, and metrics of how well they rank."""

from dataclasses import fields

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.network.beat_scores import (
    BeatScores,
    area_under_roc,
    attach_scores,
    average_precision,
)

METRICS = [(area_under_roc, roc_auc_score), (average_precision, average_precision_score)]


def test_scores_stand_beside_their_own_beats(make_inputs):
    inputs = make_inputs(20)
    scores = attach_scores(np.arange(20.0), inputs)
    part = scores.select(inputs.anomalous)
    np.testing.assert_array_equal(part.score, np.flatnonzero(inputs.anomalous))
    assert set(part.aami) == {"V"}
    np.testing.assert_array_equal(part.sample, inputs.sample[inputs.anomalous])


@pytest.mark.parametrize("aami", ["NNV", "N", "V", "", "NV"])
def test_who_is_normal_is_said_as_for_the_beats(make_inputs, aami):
    inputs = make_inputs(20, aami=aami)
    scores = attach_scores(np.zeros(20), inputs)
    for name in ("labelled", "anomalous", "presumed_normal"):
        np.testing.assert_array_equal(getattr(scores, name), getattr(inputs, name))


@pytest.mark.parametrize("n", [0, 12])
def test_scores_come_back_from_their_file(make_inputs, tmp_path, n):
    scores = attach_scores(np.random.default_rng(0).normal(size=n), make_inputs(n))
    write_array_table(tmp_path / "scores.npz", scores)
    found = read_array_table(tmp_path / "scores.npz", BeatScores)
    for field in fields(scores):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(scores, field.name))


@pytest.mark.parametrize(("aami", "both"), [("NV", True), ("N", False), ("V", False), ("", False)])
def test_scores_can_rank_where_there_are_beats_of_both_kinds(make_inputs, aami, both):
    assert attach_scores(np.zeros(20), make_inputs(20, aami=aami)).has_both_kinds is both


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
