"""Shares of counts, their means and their printed form; a share of nothing is undefined (None)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A share of counts: hits of all that were counted.

    Attributes
    ----------
    hits, of : float
        Numerator and denominator.

    Examples
    --------
    >>> Ratio(1, 8).percent, Ratio(0, 0).percent
    (12.5, None)
    """

    hits: float
    of: float

    @property
    def percent(self) -> float | None:
        """The share in percent; None when `of` is 0."""
        return 100 * self.hits / self.of if self.of else None


def mean_defined(values: Iterable[float | None]) -> float | None:
    """Mean of the values that are defined, or None when none is.

    Examples
    --------
    >>> mean_defined([50, None, 100]), mean_defined([None])
    (75.0, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def format_number(template: str, value: float | None) -> str:
    """Format a number, or for None a dash at the right of the same width.

    Parameters
    ----------
    template : str
        One ``%`` conversion with a width, and any text around it.

    Examples
    --------
    >>> format_number(" %6.2f", 12.5), format_number(" %6.2f", None)
    ('  12.50', '      -')
    """
    if value is not None:
        return template % value
    width = len(template % 0)
    return "-".rjust(width)
