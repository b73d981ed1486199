"""Turn the state of rules into plain values for JSON, and back, without pickle.

Only classes of the subpackages `findings` and `live` are made again, only by setting the
attributes that they had, and none of their code is run: whoever can write a snapshot can change
what is found, and nothing else.
"""

import base64
import importlib
from collections import deque
from collections.abc import Iterable
from typing import Any

import numpy as np

#: Where classes may come from, and how deep values may be nested.
MODULES, DEEPEST = ("ecg_anomaly.findings.", "ecg_anomaly.live."), 40

#: Types of values that JSON holds as they are.
PLAIN = frozenset((type(None), bool, int, float, str))

#: Key under which it stands what a value was, where JSON has no such thing.
KIND = "!"


def take_state(value: Any) -> Any:
    """Return a value as JSON can hold it.

    Raises
    ------
    TypeError
        For a value of a class of somewhere else.
    """
    if type(value) in PLAIN:  # as most are
        return value
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return _take_array(value)
    if isinstance(value, list):
        return _take_items(value)
    if isinstance(value, tuple):
        return {KIND: "tuple", "items": _take_items(value)}
    if isinstance(value, deque):
        return {KIND: "deque", "items": _take_items(value), "most": value.maxlen}
    if type(value) is dict:
        items = [[take_state(k), take_state(v)] for k, v in value.items()]
        return {KIND: "dict", "items": items}
    return _take_object(value)


def _take_items(values: Iterable[Any]) -> list[Any]:
    return [value if type(value) in PLAIN else take_state(value) for value in values]


def _take_array(array: np.ndarray[Any, Any]) -> dict[str, Any]:
    if array.dtype.hasobject:
        raise TypeError("an array of objects")
    data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {KIND: "array", "dtype": array.dtype.str, "shape": list(array.shape), "data": data}


def _take_object(value: object) -> dict[str, Any]:
    kind = type(value)
    if not f"{kind.__module__}.".startswith(MODULES):
        raise TypeError(f"a value of {kind.__module__}.{kind.__qualname__}")
    names = list(getattr(value, "__dict__", {})) or list(getattr(kind, "__slots__", ()))
    state = {name: take_state(getattr(value, name)) for name in names}
    return {KIND: f"{kind.__module__}:{kind.__qualname__}", "state": state}


def give_state(plain: Any, depth: int = 0) -> Any:
    """Return the value that `take_state` took.

    Raises
    ------
    ValueError
        When it is no such state.
    """
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if type(plain) in PLAIN:
        return plain
    if isinstance(plain, list):
        return [give_state(item, depth + 1) for item in plain]
    try:
        return _give(plain, depth + 1)
    except (KeyError, TypeError, AttributeError, ImportError) as error:
        raise ValueError(f"no state of a rule ({error})") from error


def _give(plain: dict[str, Any], depth: int) -> Any:
    kind = plain[KIND]
    if kind == "array":
        data = base64.b64decode(plain["data"], validate=True)
        return np.frombuffer(data, np.dtype(plain["dtype"])).reshape(plain["shape"]).copy()
    if kind == "dict":
        return {give_state(k, depth): give_state(v, depth) for k, v in plain["items"]}
    if kind in ("tuple", "deque"):
        items = (give_state(item, depth) for item in plain["items"])
        return tuple(items) if kind == "tuple" else deque(items, plain["most"])
    return _give_object(kind, plain["state"], depth)


def _give_object(kind: str, state: dict[str, Any], depth: int) -> Any:
    module, _, name = kind.partition(":")
    if not module.startswith(MODULES):
        raise ValueError(f"a class of {module[:80]}")
    made = getattr(importlib.import_module(module), name)
    if not isinstance(made, type) or made.__module__ != module:
        raise ValueError("no class of its module")
    value: object = object.__new__(made)
    for attribute, plain in state.items():
        object.__setattr__(value, attribute, give_state(plain, depth))
    return value
