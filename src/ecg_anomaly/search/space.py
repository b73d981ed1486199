"""The space that a sweep searches: names of the configuration and what may stand there."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, get_type_hints

from ecg_anomaly.config.schema import PipelineConfig
from ecg_anomaly.config.search_schema import WAY_OUT, AxisConfig, SearchConfig
from ecg_anomaly.errors import UserError

if TYPE_CHECKING:
    from optuna import Trial

Params = Mapping[str, Any]

KINDS = ("int", "float", "choice")

#: Groups whose keys a trial may change, and the keys of theirs that are not searched.
GROUPS = ("model", "training")
DERIVED = {"training.seed": "it is derived from search.seed and the number of the trial"}


@dataclass(frozen=True)
class Axis:
    """One searched key.

    Attributes
    ----------
    name : str
        Dotted, for example ``"model.units"``.
    config : AxisConfig
        Kind, and limits or choices.
    """

    name: str
    config: AxisConfig

    def suggest(self, trial: "Trial") -> Any:
        """Let a trial draw a value."""
        low, high = self.config.low, self.config.high
        if self.config.kind == "choice":
            return trial.suggest_categorical(self.name, self.config.choices)
        assert low is not None
        assert high is not None
        if self.config.kind == "int":
            return trial.suggest_int(self.name, int(low), int(high), log=self.config.log)
        return trial.suggest_float(self.name, low, high, log=self.config.log)

    def holds(self, value: Any) -> bool:
        """Tell whether a value lies on the axis."""
        if self.config.kind == "choice":
            return any(value == c and type(value) is type(c) for c in self.config.choices)
        assert self.config.low is not None
        assert self.config.high is not None
        return bool(self.config.low <= value <= self.config.high)


def read_space(config: SearchConfig) -> tuple[Axis, ...]:
    """Read and check the space.

    Parameters
    ----------
    config : SearchConfig
        ``space`` maps group and key to an `AxisConfig`.

    Returns
    -------
    tuple of Axis
        In the order written.

    Raises
    ------
    UserError
        When the space is empty, or a name, kind, limit or choice is against its rule.
    """
    axes = tuple(
        Axis(f"{group}.{key}", axis)
        for group, keys in config.space.items()
        for key, axis in keys.items()
    )
    if not axes:
        raise UserError("search.space", "it is empty, there is nothing to search", WAY_OUT)
    for axis in axes:
        _check_name(axis.name)
        _check_axis(axis)
    return axes


def configure(config: PipelineConfig, params: Params) -> PipelineConfig:
    """Put the values of a trial in the place of the configured ones.

    Raises
    ------
    UserError
        When a value is against the rule of its key.
    """
    changed = {}
    for group in {name.partition(".")[0] for name in params}:
        mine = {n.partition(".")[2]: v for n, v in params.items() if n.startswith(f"{group}.")}
        changed[group] = replace(getattr(config, group), **mine)
    return replace(config, **changed)


def configured_point(axes: tuple[Axis, ...], config: PipelineConfig) -> dict[str, Any]:
    """Return the configured value of every axis that it lies on."""
    point = {axis.name: _configured(config, axis.name) for axis in axes}
    return {axis.name: point[axis.name] for axis in axes if axis.holds(point[axis.name])}


def describe_space(axes: tuple[Axis, ...]) -> dict[str, str]:
    """Say each axis in one comparable text."""
    return {axis.name: json.dumps(asdict(axis.config), sort_keys=True) for axis in axes}


def _configured(config: PipelineConfig, name: str) -> Any:
    group, _, key = name.partition(".")
    return getattr(getattr(config, group), key)


def _field_type(name: str) -> type:
    group, _, key = name.partition(".")
    kind: type = get_type_hints(get_type_hints(PipelineConfig)[group])[key]
    return kind


def _check_name(name: str) -> None:
    group, _, key = name.partition(".")
    where = f"search.space.{name}"
    if group not in GROUPS:
        rule = f"{group!r} is no group that a sweep may change ({', '.join(GROUPS)})"
        raise UserError(where, rule, WAY_OUT)
    names = [f.name for f in fields(get_type_hints(PipelineConfig)[group])]
    if key not in names:
        raise UserError(where, f"no such key; {group} has {', '.join(names)}", WAY_OUT)
    if name in DERIVED:
        raise UserError(where, f"not searched: {DERIVED[name]}", "take it out of the space")


def _check_axis(axis: Axis) -> None:
    where, config = f"search.space.{axis.name}", axis.config
    if config.kind not in KINDS:
        raise UserError(where, f"kind {config.kind!r} is not one of {', '.join(KINDS)}", WAY_OUT)
    wanted = _field_type(axis.name)
    if config.kind == "choice":
        _check_choices(where, config, wanted)
    else:
        _check_limits(where, config, wanted)
    for value in config.choices or (config.low, config.high):
        _check_value(axis.name, value, wanted)


def _check_choices(where: str, config: AxisConfig, wanted: type) -> None:
    if not config.choices:
        raise UserError(where, "kind choice without choices", WAY_OUT)
    if config.low is not None or config.high is not None or config.log:
        raise UserError(where, "kind choice takes choices, no low, high or log", WAY_OUT)
    for value in config.choices:
        if not (type(value) is wanted or (wanted is float and type(value) is int)):
            raise UserError(where, f"choice {value!r} is no {wanted.__name__}", WAY_OUT)
    if len(set(config.choices)) < len(config.choices):
        raise UserError(where, "a choice stands there twice", WAY_OUT)


def _check_limits(where: str, config: AxisConfig, wanted: type) -> None:
    low, high = config.low, config.high
    if low is None or high is None or config.choices:
        raise UserError(where, f"kind {config.kind} takes low and high, no choices", WAY_OUT)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise UserError(where, f"low {low} and high {high} are not both finite", WAY_OUT)
    if low > high:
        raise UserError(where, f"low {low:g} is above high {high:g}", WAY_OUT)
    if config.log and low <= 0:
        raise UserError(where, f"log needs a low above 0, not {low:g}", WAY_OUT)
    if wanted.__name__ != config.kind:
        raise UserError(where, f"kind {config.kind}, but the key is a {wanted.__name__}", WAY_OUT)
    if config.kind == "int" and (low != int(low) or high != int(high)):
        raise UserError(where, f"kind int needs whole numbers, not {low:g} to {high:g}", WAY_OUT)


def _check_value(name: str, value: Any, wanted: type) -> None:
    """Ask the group's own rules."""
    try:
        configure(PipelineConfig(), {name: wanted(value) if wanted is int else value})
    except UserError as error:
        raise UserError(f"search.space.{name}", error.rule, WAY_OUT) from None
