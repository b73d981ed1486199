"""Numbers as they stand in the summary: few digits, so that bytes are stable, and never NaN."""

import math
from collections.abc import Iterable
from typing import Any

DIGITS = 5


def round_number(value: Any, digits: int = DIGITS) -> float | None:
    """Round to significant digits.

    Parameters
    ----------
    value : number
        NaN and infinities become None, which JSON writes as null.
    digits : int
        Significant digits to keep.

    Returns
    -------
    float or None
    """
    number = float(value)
    if not math.isfinite(number):
        return None
    return float(f"{number:.{digits}g}") + 0.0  # + 0.0 turns -0.0 into 0.0


def round_numbers(values: Iterable[Any], digits: int = DIGITS) -> list[float | None]:
    """Round each value, see `round_number`."""
    return [round_number(value, digits) for value in values]


def share(part: float, whole: float) -> float | None:
    """`part` of `whole` as a rounded share from 0 to 1; None when there is no whole."""
    return round_number(part / whole) if whole else None
