"""What a network does not see is gone from every side, and nothing else is."""

import numpy as np
import pytest

from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError
from lab.benchmark.benchmark_schema import DetectorConfig, VariantConfig
from lab.benchmark.left_out import leave_out
from lab.benchmark.protocol_inputs import Sides

CHANNELS = ["signal", "template_difference"]


@pytest.fixture
def sides(make_inputs, make_reference) -> Sides:
    train, validation, test = (make_inputs(20, seed=seed) for seed in range(3))
    k = train.features.shape[1]
    names = ("rr_mean", "rr_next_to_mean", *(f"p_{i}" for i in range(k - 2)))
    transform = FeatureTransform(names, np.arange(k), np.zeros(k), np.ones(k))
    return Sides(train, validation, {"reference": test}, make_reference("N", [1]), transform, {})


def test_a_detector_that_sees_everything_gets_the_very_sides(sides):
    assert leave_out(sides, CHANNELS, DetectorConfig()) is sides


@pytest.mark.parametrize(("channel", "half"), [("signal", 0), ("template_difference", 1)])
def test_one_group_of_channels_is_kept_with_all_its_leads(sides, channel, half):
    cut = leave_out(sides, CHANNELS, DetectorConfig(channels=[channel]))
    width = sides.train.sequence.shape[2] // 2
    for before, after in [
        (sides.train, cut.train),
        (sides.validation, cut.validation),
        (sides.tests["reference"], cut.tests["reference"]),
    ]:
        expected = before.sequence[:, :, half * width : (half + 1) * width]
        np.testing.assert_array_equal(after.sequence, expected)
        np.testing.assert_array_equal(after.features, before.features)


def test_features_go_with_their_names_and_scaling(sides):
    cut = leave_out(sides, CHANNELS, DetectorConfig(left_out=["rr_"]))
    assert all(name.startswith("p_") for name in cut.transform.names)
    np.testing.assert_array_equal(cut.train.features, sides.train.features[:, 2:])
    np.testing.assert_array_equal(cut.transform.columns, sides.transform.columns[2:])
    np.testing.assert_array_equal(cut.train.sequence, sides.train.sequence)


@pytest.mark.parametrize(
    "detector",
    [DetectorConfig(channels=["sound"]), DetectorConfig(left_out=["rr_", "x_"])],
    ids=str,
)
def test_a_name_that_fits_nothing_is_refused(sides, detector):
    with pytest.raises(UserError, match=r"benchmark\.detectors"):
        leave_out(sides, CHANNELS, detector)


def test_a_variant_changes_what_it_names_and_nothing_else():
    full = DetectorConfig()
    variant = VariantConfig(model={"units": 3}, training={"noise": 0.0}, left_out=["rr_"])
    made = variant.apply(full)
    assert (made.model.units, made.training.noise, made.left_out) == (3, 0.0, ["rr_"])
    assert made.model.layers == full.model.layers
    assert made.training.wander == full.training.wander


@pytest.mark.parametrize(
    "variant", [VariantConfig(model={"unit": 3}), VariantConfig(training={"noise": -1.0})], ids=str
)
def test_a_variant_with_a_wrong_key_or_value_is_refused(variant):
    with pytest.raises(UserError):
        variant.apply(DetectorConfig())
