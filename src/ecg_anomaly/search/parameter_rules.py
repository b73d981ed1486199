"""Rules of a search space: which keys may be searched, as which kind, between which limits."""

import math
from dataclasses import fields
from typing import Any, get_origin, get_type_hints

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import INNER_GROUPS, WAY_OUT, ParameterConfig
from ecg_anomaly.files.errors import UserError

KINDS = ("int", "float", "choice")

#: Groups whose keys a trial may change.
GROUPS = ("model", "training", "preprocess", "features")

_EVALUATED = "it decides which beats are evaluated, and trials would choose the easy ones"
_SEED = "a lucky seed is no better detector"

#: Keys of theirs that are not searched, and why.
NOT_SEARCHED = {
    "training.seed": "it is derived from search.seed and the number of the trial",
    "features.selection.seed": _SEED,
    "features.synthesis.seed": _SEED,
    "preprocess.beat_positions": _EVALUATED,
    "preprocess.match_tolerance_s": _EVALUATED,
    "preprocess.flat_mv": _EVALUATED,
    "preprocess.max_amplitude_mv": _EVALUATED,
}


def check_parameter_name(name: str) -> None:
    """Check that a dotted name is a key that a trial may change.

    Raises
    ------
    UserError
    """
    where, group = f"search.space.{name}", name.partition(".")[0]
    if group not in GROUPS:
        rule = f"{group!r} is no group that a sweep may change ({', '.join(GROUPS)})"
        raise UserError(where, rule, WAY_OUT)
    group, _, key = name.rpartition(".")
    names = [f.name for f in fields(type_of(group))] if group in (*GROUPS, *INNER_GROUPS) else []
    if key not in names:
        raise UserError(where, f"no such key; {group} has {', '.join(names)}", WAY_OUT)
    if name in NOT_SEARCHED:
        raise UserError(where, f"not searched: {NOT_SEARCHED[name]}", "take it out of the space")


def type_of(name: str) -> Any:
    """Return the type that the schema gives a dotted name."""
    kind: Any = PipelineConfig
    for key in name.split("."):
        kind = get_type_hints(kind)[key]
    return get_origin(kind) or kind


def check_parameter(name: str, config: ParameterConfig) -> None:
    """Check kind, limits and choices of a parameter against each other and the type of its key.

    Raises
    ------
    UserError
    """
    where, wanted = f"search.space.{name}", type_of(name)
    if config.kind not in KINDS:
        raise UserError(where, f"kind {config.kind!r} is not one of {', '.join(KINDS)}", WAY_OUT)
    if config.kind == "choice":
        _check_choices(where, config, wanted)
    else:
        _check_limits(where, config, wanted)


def _check_choices(where: str, config: ParameterConfig, wanted: type) -> None:
    if not config.choices:
        raise UserError(where, "kind choice without choices", WAY_OUT)
    if config.low is not None or config.high is not None or config.log:
        raise UserError(where, "kind choice takes choices, no low, high or log", WAY_OUT)
    for value in config.choices:
        if not _is_of(value, wanted):
            raise UserError(where, f"choice {value!r} is no {wanted.__name__}", WAY_OUT)
    if len({_hashable(value) for value in config.choices}) < len(config.choices):
        raise UserError(where, "a choice stands there twice", WAY_OUT)


def _is_of(value: Any, wanted: type) -> bool:
    if wanted is list:
        return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
    return type(value) is wanted or (wanted is float and type(value) is int)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _check_limits(where: str, config: ParameterConfig, wanted: type) -> None:
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
