"""The whole schema: no default anywhere, so that values stand in conf/ and nowhere else."""

from dataclasses import MISSING, fields, is_dataclass
from typing import get_type_hints

import pytest

from ecg_anomaly.config.pipeline_schema import ModelConfig, PipelineConfig


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
