"""Round the numbers of the summary: short, equal byte for byte on every run, and never NaN."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Significant digits of a rounded number.
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
    """Return the rounded share, from 0 to 1, of a part in a whole; None when the whole is 0."""
    return round_number(part / whole) if whole else None


def median(values: NDArray[np.floating]) -> float | None:
    """Return the median of the values that are known, to four digits; None when there are none."""
    known = values[np.isfinite(values)]
    return round_number(np.median(known), 4) if len(known) else None


def count_values(values: Iterable[str]) -> dict[str, int]:
    """Count how often each value occurs, most frequent first, then in alphabetical order."""
    counts = Counter(values)
    return {value: counts[value] for value in sorted(counts, key=lambda v: (-counts[v], v))}
