"""Pair the beats of a test annotator with those of the reference, each at most once.

The rule is that of EC57:2012, 4.3.2, as revised in 2002: two beats within the match window are a
pair when no other beat is closer to the later one of them, or when the beats that follow fit each
other better than a beat in dispute.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ecg_anomaly.evaluation.ec57.beat_stream import NEVER


class Kind(Enum):
    """What became of a beat."""

    PAIR = "pair"
    MISSED = "missed"
    EXTRA = "extra"


class Event(NamedTuple):
    """A pair, a missed beat of the reference or an extra beat of the test.

    Attributes
    ----------
    kind : Kind
        What it is.
    reference, test : int
        Index of the beat of each list that the comparison has reached; past the end of a list that
        is used up.
    """

    kind: Kind
    reference: int
    test: int


def match_beats(
    reference: Sequence[int],
    test: Sequence[int],
    window: int,
    first: tuple[int, int] = (0, 0),
    last: int = NEVER - 1,
) -> Iterator[Event]:
    """Go through two lists of beats in the order of time.

    Parameters
    ----------
    reference, test : sequence of int
        Samples of the beats, ascending.
    window : int
        Samples that the beats of a pair may be apart.
    first : (int, int)
        Index of the first beat of each list to take.
    last : int
        Last sample that counts. The later beat of a pair may lie behind it.

    Yields
    ------
    Event
        Every beat from `first` to `last` is in one event.

    Examples
    --------
    >>> [event.kind.value for event in match_beats([0, 360, 720], [5, 500, 715], 54)]
    ['pair', 'missed', 'extra', 'pair']
    """
    t, a = [*reference, NEVER, NEVER], [*test, NEVER, NEVER]
    i, j = first
    while min(t[i], a[j]) <= last:
        if is_pair(t[i], t[i + 1], a[j], a[j + 1], window):
            yield Event(Kind.PAIR, i, j)
            i, j = i + 1, j + 1
        elif t[i] < a[j]:
            yield Event(Kind.MISSED, i, j)
            i += 1
        else:
            yield Event(Kind.EXTRA, i, j)
            j += 1


def is_pair(t: int, next_t: int, a: int, next_a: int, window: int) -> bool:
    """Say whether the current beats of reference (`t`) and test (`a`) are a pair.

    Examples
    --------
    >>> is_pair(100, 150, 140, 500, window=54)  # 150 is closer to 140, and has no better one
    False
    >>> is_pair(100, 150, 140, 151, window=54)  # 150 has 151
    True
    """
    distance = abs(t - a)
    rival = abs(next_t - a) if t < a else abs(next_a - t)
    return distance <= window and (distance < rival or abs(next_t - next_a) < rival)


def find_first(
    reference: Sequence[int], test: Sequence[int], start: int, window: int
) -> tuple[int, int]:
    """Find the beats with which a comparison begins.

    A test beat just before the start may belong to the first beat of the reference. One just after
    it, when the next is closer to that beat, is taken to belong to a beat of the learning period.

    Parameters
    ----------
    reference, test : sequence of int
        Samples of the beats, ascending.
    start : int
        First sample that counts.
    window : int
        Samples that the beats of a pair may be apart.

    Returns
    -------
    (int, int)
        Index of the first beat of reference and test.
    """
    i = next((k for k, sample in enumerate(reference) if sample >= start), len(reference))
    j = next((k for k, sample in enumerate(test) if sample >= start - window), len(test))
    t, a = [*reference, NEVER][i], [*test, NEVER, NEVER]
    while a[j] <= start + window and abs(a[j + 1] - t) < abs(a[j] - t):
        j += 1
        if a[j - 1] >= start:
            break
    return i, j
