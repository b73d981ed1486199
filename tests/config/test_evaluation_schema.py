"""Groups `threshold` and `evaluation`: every rule, broken once; the error names the whole key."""

import pytest

from default_config import evaluation_config, threshold_config, tracking_config
from ecg_anomaly.files.errors import UserError

BROKEN = [
    (threshold_config, "threshold", {"kind": "guess", "false_alarm_rate": 0.0, "seed": -1}),
    (evaluation_config, "evaluation", {"confidence": 1.0, "n_examples": 0, "seed": -1}),
]


@pytest.mark.parametrize(
    ("group", "key", "value", "prefix"),
    [(g, key, value, prefix) for g, prefix, bad in BROKEN for key, value in bad.items()],
)
def test_a_value_against_its_rule_is_refused_by_its_key(group, key, value, prefix):
    with pytest.raises(UserError) as caught:
        group(**{key: value})
    assert f"{prefix}.{key}" in caught.value.where


def test_tracking_is_configured_by_names_alone():
    assert tracking_config(uri=None, enabled=False).alias == "champion"
