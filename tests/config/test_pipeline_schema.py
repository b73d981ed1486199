"""Groups of learning and evaluation, and the whole schema: no default stands outside conf/."""

import math
from dataclasses import MISSING, fields, is_dataclass
from typing import get_type_hints

import pytest

from default_config import (
    baselines_config,
    evaluation_config,
    model_config,
    threshold_config,
    tracking_config,
    training_config,
)
from ecg_anomaly.config.pipeline_schema import ModelConfig, PipelineConfig
from ecg_anomaly.files.errors import UserError

BROKEN = [
    (model_config, "model", {"kind": "transformer", "units": 0, "dropout": 1.0}),
    (training_config, "training", {"epochs": 0, "learning_rate": 0.0, "seed": -1}),
    (baselines_config, "baselines", {"trees": 0, "rhythm_weight": math.nan, "seed": 2**32}),
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


def groups_of(kind):
    """Yield a schema and all schemas in it."""
    yield kind
    for hint in get_type_hints(kind).values():
        for inner in (hint, *getattr(hint, "__args__", ())):
            if is_dataclass(inner):
                yield from groups_of(inner)


@pytest.mark.parametrize(
    "group", dict.fromkeys(groups_of(PipelineConfig)), ids=lambda g: g.__name__
)
def test_no_key_has_a_default(group):
    keys = fields(group)
    assert [k.name for k in keys if (k.default, k.default_factory) != (MISSING, MISSING)] == []


def test_a_group_is_not_made_without_its_keys():
    with pytest.raises(TypeError, match="units"):
        ModelConfig(kind="lstm_contrast")
