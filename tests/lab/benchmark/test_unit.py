"""What a network does not see is gone from every side, and nothing else is."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import model_config, training_config
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError
from lab.benchmark.benchmark_schema import DetectorConfig, VariantConfig
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.unit import hide_inputs, without_noisy_copies

CHANNELS = ["signal", "template_difference"]


def detector_config(**changes):
    return DetectorConfig(model=model_config(), training=training_config(), **changes)


@pytest.fixture
def splits(make_inputs, make_reference) -> Splits:
    train, validation, test = (make_inputs(20, seed=seed) for seed in range(3))
    k = train.features.shape[1]
    names = ("rr_mean", "rr_next_to_mean", *(f"p_{i}" for i in range(k - 2)))
    transform = FeatureTransform(names, np.arange(k), np.zeros(k), np.ones(k))
    return Splits(train, validation, {"reference": test}, make_reference("N", [1]), transform, {})


def test_a_detector_that_sees_everything_gets_the_very_sides(splits):
    assert hide_inputs(splits, CHANNELS, detector_config()) is splits


@pytest.mark.parametrize(("channel", "half"), [("signal", 0), ("template_difference", 1)])
def test_one_group_of_channels_is_kept_with_all_its_leads(splits, channel, half):
    cut = hide_inputs(splits, CHANNELS, detector_config(channels=[channel]))
    width = splits.train.sequence.shape[2] // 2
    for before, after in [
        (splits.train, cut.train),
        (splits.validation, cut.validation),
        (splits.tests["reference"], cut.tests["reference"]),
    ]:
        expected = before.sequence[:, :, half * width : (half + 1) * width]
        np.testing.assert_array_equal(after.sequence, expected)
        np.testing.assert_array_equal(after.features, before.features)


def test_features_go_with_their_names_and_scaling(splits):
    cut = hide_inputs(splits, CHANNELS, detector_config(left_out=["rr_*"]))
    assert all(name.startswith("p_") for name in cut.transform.names)
    np.testing.assert_array_equal(cut.train.features, splits.train.features[:, 2:])
    np.testing.assert_array_equal(cut.transform.columns, splits.transform.columns[2:])
    np.testing.assert_array_equal(cut.train.sequence, splits.train.sequence)


def test_without_the_odds_by_intervals_nothing_else_changes(splits):
    with_odds = replace(splits, train=replace(splits.train, odds=splits.train.odds + 1))
    cut = hide_inputs(with_odds, CHANNELS, detector_config(left_out=["interval_odds"]))
    assert (with_odds.train.odds != 0).all()
    assert (cut.train.odds == 0).all()
    np.testing.assert_array_equal(cut.train.features, splits.train.features)
    assert cut.transform.names == splits.transform.names


@pytest.mark.parametrize(
    "detector",
    [detector_config(channels=["sound"]), detector_config(left_out=["rr_*", "x_*"])],
    ids=str,
)
def test_a_name_that_fits_nothing_is_refused(splits, detector):
    with pytest.raises(UserError, match=r"benchmark\.detectors"):
        hide_inputs(splits, CHANNELS, detector)


def test_a_variant_changes_what_it_names_and_nothing_else():
    full = detector_config()
    variant = VariantConfig(model={"units": 3}, training={"noise": 0.0}, left_out=["rr_*"])
    synthetic = variant.apply(full)
    assert (synthetic.model.units, synthetic.training.noise, synthetic.left_out) == (
        3,
        0.0,
        ["rr_*"],
    )
    assert synthetic.model.layers == full.model.layers
    assert synthetic.training.wander == full.training.wander


@pytest.mark.parametrize(
    "variant", [VariantConfig(model={"unit": 3}), VariantConfig(training={"noise": -1.0})], ids=str
)
def test_a_variant_with_a_wrong_key_or_value_is_refused(variant):
    with pytest.raises(UserError):
        variant.apply(detector_config())


def test_noisy_copies_are_left_out_as_in_the_pipeline(splits):
    splits.train.synthetic[::4] = "noise"
    splits.validation.synthetic[::5] = "noise"
    first, second = (without_noisy_copies(splits, number) for number in (0, 1))
    assert (first.train, first.validation) == (splits.train, splits.validation)
    assert (len(second.train), len(second.validation)) == (15, 16)
    assert second.tests is splits.tests
