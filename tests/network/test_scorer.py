"""Scores: larger is more anomalous, beat by beat, and rankings survive float32."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.network.scorer import (
    HEADS,
    BeatScorer,
    calibrate_scorer,
    name_classes,
    score_outputs,
    score_probability,
)


class Reconstructor:
    """Reconstructs every beat as the upright hump it expects."""

    def __init__(self, expected: np.ndarray) -> None:
        self.expected = expected

    def run(self, arrays):
        n = len(arrays["sequence"])
        window = np.broadcast_to(self.expected, (n, *self.expected.shape))
        return {"reconstruction": window, "latent": arrays["sequence"].mean(axis=1)}


class FixedProbability:
    """Gives fixed probabilities."""

    def __init__(self, probability) -> None:
        self.probability = np.asarray(probability, np.float32)

    def run(self, _arrays):
        return {"probability": self.probability, "latent": self.probability}


@pytest.fixture
def scorer(make_inputs) -> BeatScorer:
    normal = make_inputs(300, aami="N")
    return calibrate_scorer("lstm_autoencoder", Reconstructor(normal.sequence.mean(axis=0)), normal)


def test_abnormal_beats_score_more_than_every_normal_one(scorer, make_inputs):
    test = make_inputs(80, seed=1)
    score = scorer.score(test)
    assert score.shape == (80,)
    assert score.dtype == np.float64
    assert score[test.anomalous].min() > score[~test.anomalous].max()


def test_the_score_grows_with_what_is_added_to_one_beat(scorer, make_inputs):
    test = make_inputs(8, aami="N", seed=1)
    test = test.select(np.zeros(8, int))
    sequence = test.sequence.copy()
    sequence[:, 5] += np.linspace(0.5, 8, 8)[:, None]
    assert (np.diff(scorer.score(replace(test, sequence=sequence))) > 0).all()


def test_features_count(scorer, make_inputs):
    test = make_inputs(5, aami="N")
    odd = replace(test, features=test.features + 9)
    assert (scorer.score(odd) > scorer.score(test)).all()


def test_each_beat_is_scored_by_itself(scorer, make_inputs):
    test = make_inputs(40, seed=2)
    order = np.random.default_rng(0).permutation(40)
    score = scorer.score(test)
    np.testing.assert_allclose(scorer.score(test.select(order)), score[order], rtol=1e-9)
    np.testing.assert_allclose(scorer.score(test.select(np.array([7]))), score[7:8], rtol=1e-9)


def test_labels_subjects_and_rules_play_no_part(scorer, make_inputs):
    test = make_inputs(40, seed=2)
    names = np.full(40, "x")
    other = replace(test, aami=names, symbol=names, subject=names, rule=test.rule * 0)
    np.testing.assert_array_equal(scorer.score(other), scorer.score(test))


def test_no_beats_no_scores(scorer, make_inputs):
    assert scorer.score(make_inputs(0)).shape == (0,)


def test_a_classifier_scores_the_odds_by_hand(make_inputs):
    probability = [[0.5, 0.5, 0, 0, 0], [0.9, 0.05, 0.05, 0, 0], [0.2, 0.2, 0.2, 0.2, 0.2]]
    scorer = calibrate_scorer("lstm_classifier", FixedProbability(probability), make_inputs(3))
    np.testing.assert_allclose(
        scorer.score(make_inputs(3)), np.log([1.0, 1 / 9, 4.0]), rtol=1e-6, atol=1e-7
    )


def test_ranking_survives_where_a_float32_probability_has_rounded_to_one():
    logits = np.arange(-80, 81, 5, dtype=np.float32)
    normal = np.exp(-np.maximum(logits, 0)) / (1 + np.exp(-np.abs(logits)))
    abnormal = np.exp(np.minimum(logits, 0)) / (1 + np.exp(-np.abs(logits)))
    probability = np.zeros((len(logits), 5), np.float32)
    probability[:, 0], probability[:, 2] = normal, abnormal
    assert len(np.unique(probability[:, 0])) < len(logits) / 2 + 5
    score = score_probability(probability)
    np.testing.assert_allclose(score, logits, rtol=1e-3, atol=1e-3)
    assert (np.diff(score) > 0).all()


def test_a_probability_of_one_gives_a_finite_score():
    score = score_probability(np.array([[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]], np.float32))
    assert np.isfinite(score).all()
    assert score[0] == -score[1] < 0


def test_the_score_is_the_mean_over_networks_and_outputs():
    one, other = np.float32([[0.5, 0.5], [0.9, 0.1]]), np.float32([[0.2, 0.8], [0.5, 0.5]])
    odds = [score_probability(p) for p in (one, other)]
    expected = (odds[0] + odds[1]) / 2
    heads = dict(zip(HEADS, (one, other), strict=True))
    np.testing.assert_allclose(score_outputs(heads), expected)
    stacked = {HEADS[0]: np.stack([one, other], axis=1)}
    np.testing.assert_allclose(score_outputs(stacked), expected)


def test_the_class_is_the_most_probable_one_but_n(make_inputs):
    probability = [[0.9, 0.06, 0.02, 0.01, 0.01], [0.2, 0.0, 0.6, 0.1, 0.1]]
    found = BeatScorer("lstm_classifier", FixedProbability(probability), {}).evaluate(
        make_inputs(2)
    )
    assert found.aami.tolist() == ["S", "V"]
    np.testing.assert_allclose(found.probability, [0.6, 0.75], rtol=1e-6)


def test_the_class_of_several_networks_is_that_of_their_mean():
    one, other = [0.5, 0.3, 0.2, 0, 0], [0.1, 0.1, 0.8, 0, 0]
    aami, probability, ventricular, fusion = name_classes({HEADS[0]: np.float32([[one, other]])}, 1)
    assert aami.tolist() == ["V"]
    assert probability == pytest.approx(1.0 / 1.4)
    assert ventricular == pytest.approx(0.5)
    assert fusion == pytest.approx(0.0)


def test_a_network_without_classes_names_none(scorer, make_inputs):
    found = scorer.evaluate(make_inputs(3))
    assert found.aami.tolist() == [""] * 3
    assert np.isnan([found.probability, found.ventricular, found.fusion]).all()
