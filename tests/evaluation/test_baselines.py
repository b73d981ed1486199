"""Baselines: classical detectors find what is planted; rules without training, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import baselines_config
from ecg_anomaly.evaluation.baselines import RULE_C_WEIGHT, fit_baselines, score_rules
from ecg_anomaly.files.errors import UserError

CONFIG = baselines_config(pca_components=3, neighbours=3, trees=20)
NAMES = ("pca_reconstruction", "nearest_neighbour", "isolation_forest")
HALF, DOUBLE = np.log(0.5), np.log(2.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_planted_outlier_comes_out_on_top(make_inputs, name):
    fitted = fit_baselines(make_inputs(200, aami="N"), CONFIG)
    test = make_inputs(50, aami="N" * 49 + "V", seed=1)
    # A shape and numbers seen nowhere in training.
    test.sequence[-1, ::2] *= 3
    test.features[-1] = 6.0
    assert fitted[name](test).argmax() == 49


def test_scores_are_one_finite_number_per_beat_whatever_their_order(make_inputs):
    fitted = fit_baselines(make_inputs(100, aami="N"), CONFIG)
    test = make_inputs(30, seed=1)
    order = np.random.default_rng(0).permutation(30)
    assert tuple(fitted) == NAMES
    for name, score in fitted.items():
        assert score(test).shape == (30,), name
        assert score(test).dtype == np.float64, name
        assert np.isfinite(score(test)).all(), name
        np.testing.assert_allclose(score(test.select(order)), score(test)[order], rtol=1e-4)


def test_no_more_beats_are_used_than_configured(make_inputs):
    normal, test = make_inputs(300, aami="N"), make_inputs(30, seed=1)
    rows = np.sort(np.random.default_rng(CONFIG.seed).permutation(300)[:40])
    capped = fit_baselines(normal, replace(CONFIG, max_train_beats=40))
    chosen = fit_baselines(normal.select(rows), CONFIG)
    everything = fit_baselines(normal, CONFIG)
    for name in NAMES:
        np.testing.assert_allclose(capped[name](test), chosen[name](test), rtol=1e-5)
        assert not np.allclose(capped[name](test), everything[name](test)), name


@pytest.mark.parametrize("n", [2, 3, 7])
def test_fewer_beats_than_components_and_neighbours_are_enough(make_inputs, n):
    config = baselines_config(pca_components=30, neighbours=5, trees=5)
    fitted = fit_baselines(make_inputs(n, aami="N"), config)
    for name, score in fitted.items():
        assert np.isfinite(score(make_inputs(10))).all(), name


@pytest.mark.parametrize("name", NAMES)
def test_two_fits_with_one_seed_agree(make_inputs, name):
    one, other = (fit_baselines(make_inputs(100, aami="N"), CONFIG)[name] for _ in range(2))
    np.testing.assert_array_equal(one(make_inputs(20)), other(make_inputs(20)))


def test_features_alone_can_give_a_beat_away(make_inputs):
    fitted = fit_baselines(make_inputs(200, aami="N"), CONFIG)
    test = make_inputs(20, aami="N", seed=1)
    test.features[4] = 8.0
    assert fitted["nearest_neighbour"](test).argmax() == 4


def test_no_normal_beats_are_a_users_error(make_inputs):
    with pytest.raises(UserError, match="no normal beats"):
        fit_baselines(make_inputs(0), CONFIG)


def score_by_rules(*rows, weight: float = 4.0) -> dict[str, np.ndarray]:
    return score_rules(np.array(rows, np.float32).reshape(-1, 3), weight)


def test_scores_by_hand():
    found = score_by_rules([1.5, 0, 0], [0, HALF, 0], [0, 0, HALF], [0.5, HALF, np.log(0.25)])
    np.testing.assert_allclose(found["rule_a"], [1.5, 2.0, 0.0, 2.5], rtol=1e-6)
    np.testing.assert_allclose(found["rule_b"], [1.5, 0.0, 2.0, 3.5], rtol=1e-6)
    np.testing.assert_allclose(found["rule_c"], [1.5, 4.0, 4.0, 6.5], rtol=1e-6)
    assert RULE_C_WEIGHT == 8


def test_a_late_beat_is_not_more_suspicious_than_one_in_time():
    found = score_by_rules([0.3, DOUBLE, DOUBLE], [0.3, 0, 0])
    for name, values in found.items():
        assert values[0] == pytest.approx(values[1]), name


@pytest.mark.parametrize("rule", ["rule_a", "rule_b", "rule_c"])
def test_the_more_premature_the_larger(rule):
    early = np.log(np.linspace(0.99, 0.2, 20))
    values = score_by_rules(*np.column_stack([np.zeros(20), early, early]))[rule]
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("rule", ["rule_a", "rule_b", "rule_c"])
def test_the_less_like_the_template_beat_the_larger(rule):
    values = score_by_rules(*([d, HALF, 0.0] for d in (-1.0, 0.0, 0.5, 3.0)))[rule]
    assert (np.diff(values) > 0).all()


def test_the_weight_is_that_of_the_shortening_in_rules_a_and_b_only():
    light, heavy = (score_by_rules([1.0, HALF, HALF], weight=w) for w in (0.0, 10.0))
    assert light["rule_a"][0] == light["rule_b"][0] == pytest.approx(1.0)
    assert heavy["rule_a"][0] == heavy["rule_b"][0] == pytest.approx(6.0)
    assert light["rule_c"] == heavy["rule_c"]


@pytest.mark.parametrize("rows", [[], [[0, 0, 0], [np.nan, 0, 0]], [[0, np.nan, np.nan]]])
def test_a_data_set_without_rhythm_has_no_rules(rows):
    assert score_by_rules(*rows) == {}
