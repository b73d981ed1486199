"""Values of a trial in the configuration, and those of the configuration as a study holds them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig

Params = Mapping[str, Any]

#: What a list is joined with: a study holds numbers and text alone.
AND = " + "


def configure(config: PipelineConfig, params: Params) -> PipelineConfig:
    """Put the values of a trial in the place of the configured ones.

    Raises
    ------
    UserError
        When a value is against the rule of its key.
    """
    tree: dict[str, Any] = {}
    for name, value in params.items():
        *groups, key = name.split(".")
        place = tree
        for group in groups:
            place = place.setdefault(group, {})
        place[key] = value
    changed: PipelineConfig = _replace(config, tree)
    return changed


def value_of(config: PipelineConfig, name: str) -> Any:
    """Return the configured value of a dotted name, as a study holds it."""
    value: Any = config
    for key in name.split("."):
        value = getattr(value, key)
    return as_held(value)


def as_held(value: Any) -> Any:
    """Turn a list into text; other values are as they are."""
    return AND.join(value) if isinstance(value, list) else value


def _replace(config: Any, tree: dict[str, Any]) -> Any:
    """Change values at any depth, all of a group at once: a rule may read two of them."""
    changed = {}
    for key, value in tree.items():
        former = getattr(config, key)
        if isinstance(value, dict):
            changed[key] = _replace(former, value)
        else:
            changed[key] = value.split(AND) if isinstance(former, list) else value
    return replace(config, **changed)
