"""Every rule of the schema, broken once; the error names the whole key."""

import math

import pytest

from ecg_anomaly.config import pipeline_schema as schema
from ecg_anomaly.files.errors import UserError

BROKEN = [
    (schema.SimulationConfig, "dataset.simulation", {"n_subjects": 0, "duration_s": 9.9}),
    (schema.SimulationConfig, "dataset.simulation", {"fs": 0.0, "seed": -1}),
    (schema.SplitConfig, "dataset.split", {"unit": "record", "test_fraction": 1.0, "seed": -1}),
    (schema.SplitConfig, "dataset.split", {"validation_fraction": 0.7}),
    (schema.DatasetConfig, "dataset", {"source": "tape", "escape_beats": "V", "name": "../x"}),
    (schema.DatasetConfig, "dataset", {"leads": []}),
    (schema.PreprocessConfig, "preprocess", {"fs": 59.0, "baseline_window_s": 0.1}),
    (schema.PreprocessConfig, "preprocess", {"low_pass_hz": 60.0, "beat_positions": "guessed"}),
    (schema.PreprocessConfig, "preprocess", {"match_tolerance_s": 0.0, "flat_mv": -0.1}),
    (schema.PreprocessConfig, "preprocess", {"window_before_s": 0.0, "window_after_s": 1.1}),
    (schema.PreprocessConfig, "preprocess", {"max_amplitude_mv": 0.02}),
    (schema.SelectionConfig, "features.selection", {"min_variance": -1.0, "seed": -1}),
    (schema.SelectionConfig, "features.selection", {"max_correlation": 1.1}),
    (schema.FeaturesConfig, "features", {"channels": ["smell"], "local_beats": 0}),
    (schema.FeaturesConfig, "features", {"channels": []}),
    (schema.ModelConfig, "model", {"kind": "transformer", "units": 0, "dropout": 1.0}),
    (schema.TrainingConfig, "training", {"epochs": 0, "learning_rate": 0.0, "seed": -1}),
    (schema.BaselinesConfig, "baselines", {"trees": 0, "rhythm_weight": math.nan, "seed": 2**32}),
    (schema.ThresholdConfig, "threshold", {"kind": "guess", "false_alarm_rate": 0.0, "seed": -1}),
    (schema.EvaluationConfig, "evaluation", {"confidence": 1.0, "n_examples": 0, "seed": -1}),
]


@pytest.mark.parametrize(
    ("group", "key", "value", "prefix"),
    [(g, key, value, prefix) for g, prefix, bad in BROKEN for key, value in bad.items()],
)
def test_a_value_against_its_rule_is_refused_by_its_key(group, key, value, prefix):
    with pytest.raises(UserError) as caught:
        group(**{key: value})
    assert f"{prefix}.{key}" in caught.value.where


def test_defaults_obey_their_own_rules():
    assert schema.PipelineConfig().dataset.split.unit == "subject"
