"""Pieces of the sentences in the findings."""

from collections.abc import Iterable


def name_some(names: Iterable[str], limit: int = 8) -> str:
    """Join names, the first `limit` of them: ``"100, 101 and 3 more"``."""
    names = list(names)
    more = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {more} more" if more > 0 else "")


def count_things(number: int, noun: str, verbs: str = "") -> str:
    """Count in words: ``count_things(2, "record", "has/have")`` is ``"2 records have"``."""
    one, _, many = verbs.partition("/")
    return f"{number} {noun}{'' if number == 1 else 's'} {one if number == 1 else many}".strip()
