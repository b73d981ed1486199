"""Groups `preprocess` and `features`: every rule, broken once; the error names the whole key."""

import math

import pytest

from default_config import features_config, preprocess_config, selection_config, synthesis_config
from ecg_anomaly.files.errors import UserError

BROKEN = [
    (preprocess_config, "preprocess", {"fs": 59.0, "baseline_window_s": 0.1}),
    (preprocess_config, "preprocess", {"low_pass_hz": 60.0, "beat_positions": "guessed"}),
    (preprocess_config, "preprocess", {"match_tolerance_s": 0.0, "flat_mv": -0.1}),
    (preprocess_config, "preprocess", {"window_before_s": 0.0, "window_after_s": 1.1}),
    (preprocess_config, "preprocess", {"max_amplitude_mv": 0.02}),
    (selection_config, "features.selection", {"min_variance": -1.0, "seed": -1}),
    (selection_config, "features.selection", {"max_correlation": 1.1}),
    (features_config, "features", {"channels": ["smell"], "local_beats": 0}),
    (features_config, "features", {"channels": []}),
]


@pytest.mark.parametrize(
    ("group", "key", "value", "prefix"),
    [(g, key, value, prefix) for g, prefix, bad in BROKEN for key, value in bad.items()],
)
def test_a_value_against_its_rule_is_refused_by_its_key(group, key, value, prefix):
    with pytest.raises(UserError) as caught:
        group(**{key: value})
    assert f"{prefix}.{key}" in caught.value.where


def test_beats_that_somebody_labelled_have_no_limits_of_noise():
    config = preprocess_config()
    free = config.ignoring_noise()
    assert free.max_roughness == free.max_unrest == math.inf
    assert free.min_likeness == config.min_likeness


def test_synthetic_beats_of_no_kind_are_refused():
    with pytest.raises(UserError, match="supraventricular"):
        synthesis_config(supraventricular=0.0, ventricular=0.0, fusion=0.0)
