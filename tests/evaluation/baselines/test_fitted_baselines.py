"""Classical detectors: they find what is planted and cope with few beats."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import BaselinesConfig
from ecg_anomaly.evaluation.baselines.fitted_baselines import fit_baselines
from ecg_anomaly.files.errors import UserError

CONFIG = BaselinesConfig(pca_components=3, neighbours=3, trees=20)
NAMES = ("pca_reconstruction", "nearest_neighbour", "isolation_forest")


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
    config = BaselinesConfig(pca_components=30, neighbours=5, trees=5)
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


def test_no_normal_beats_are_the_users_to_mend(make_inputs):
    with pytest.raises(UserError, match="no normal beats"):
        fit_baselines(make_inputs(0), CONFIG)
