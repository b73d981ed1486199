"""Check configuration values; an error names the key, the rule and what to do."""

import re
from collections.abc import Collection
from typing import Any

from ecg_anomaly.files.errors import UserError

WAY_OUT = "change it in conf/ or with -S, then compose params.yaml again"


def check_choice(key: str, value: Any, choices: Collection[str]) -> None:
    """Refuse a value that is not one of `choices`."""
    if value not in choices:
        raise UserError(key, f"{value!r} is not one of {', '.join(choices)}", WAY_OUT)


def check_folder_name(key: str, value: str) -> None:
    """Refuse a name that is not a plain folder name, which could lead out of the project."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", value):
        raise UserError(key, f"{value!r} is not made of letters, digits, - and _", WAY_OUT)


def check_seed(key: str, value: int) -> None:
    """Refuse a seed that NumPy or Keras does not accept."""
    check_range(key, value, 0, 2**32 - 1, low_included=True)


def check_range(
    key: str,
    value: float,
    low: float = 0.0,
    high: float = float("inf"),
    *,
    low_included: bool = False,
    high_included: bool = True,
) -> None:
    """Refuse a number outside the interval from `low` to `high`; NaN is outside every interval."""
    above = value >= low if low_included else value > low
    below = value <= high if high_included else value < high
    if not (above and below):
        left, right = "[" if low_included else "(", "]" if high_included else ")"
        raise UserError(key, f"{value} is outside {left}{low:g}, {high:g}{right}", WAY_OUT)
