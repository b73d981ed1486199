"""Groups `model`, `training` and `baselines`: every rule, broken once; the error names the key."""

import math

import pytest

from default_config import baselines_config, model_config, training_config
from ecg_anomaly.files.errors import UserError

BROKEN = [
    (model_config, "model", {"kind": "transformer", "units": 0, "dropout": 1.0}),
    (training_config, "training", {"epochs": 0, "learning_rate": 0.0, "seed": -1}),
    (baselines_config, "baselines", {"trees": 0, "rhythm_weight": math.nan, "seed": 2**32}),
]


@pytest.mark.parametrize(
    ("group", "key", "value", "prefix"),
    [(g, key, value, prefix) for g, prefix, bad in BROKEN for key, value in bad.items()],
)
def test_a_value_against_its_rule_is_refused_by_its_key(group, key, value, prefix):
    with pytest.raises(UserError) as caught:
        group(**{key: value})
    assert f"{prefix}.{key}" in caught.value.where
