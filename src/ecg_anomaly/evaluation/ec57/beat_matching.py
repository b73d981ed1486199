"""Pair the beats of a test annotator with those of the reference, each at most once.

The rule is that of EC57:2012, 4.3.2, as revised in 2002: two beats within the match window are a
pair when no other beat is closer to the later one of them, or when the beats that follow fit each
other better than a beat in dispute.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from ecg_anomaly.evaluation.ec57.annotator_beats import NEVER


class MatchKind(Enum):
    """Whether a beat has a counterpart at the other annotator."""

    PAIR = "pair"
    MISSED = "missed"
    EXTRA = "extra"


class BeatMatch(NamedTuple):
    """A pair, a missed beat of the reference or an extra beat of the test.

    Attributes
    ----------
    kind : MatchKind
        Which of the three.
    reference, test : int
        Index of the current beat in each list: of a pair both beats; of a missed or extra beat
        also the next beat of the other list, or its length after its last beat.
    """

    kind: MatchKind
    reference: int
    test: int


def iterate_matches(
    reference: Sequence[int],
    test: Sequence[int],
    window: int,
    first: tuple[int, int] = (0, 0),
    last: int = NEVER - 1,
) -> Iterator[BeatMatch]:
    """Match two lists of beats in the order of time.

    Parameters
    ----------
    reference, test : sequence of int
        Samples of the beats, ascending.
    window : int
        Samples that the beats of a pair may be apart.
    first : (int, int)
        Index of the first beat of each list to take.
    last : int
        Last sample that counts. The later beat of a pair may lie after it.

    Yields
    ------
    BeatMatch
        Every beat from `first` to `last` is in one event.

    Examples
    --------
    >>> [event.kind.value for event in iterate_matches([0, 360, 720], [5, 500, 715], 54)]
    ['pair', 'missed', 'extra', 'pair']
    """
    t, a = [*reference, NEVER, NEVER], [*test, NEVER, NEVER]
    i, j = first
    while min(t[i], a[j]) <= last:
        if is_pair(t[i], t[i + 1], a[j], a[j + 1], window):
            yield BeatMatch(MatchKind.PAIR, i, j)
            i, j = i + 1, j + 1
        elif t[i] < a[j]:
            yield BeatMatch(MatchKind.MISSED, i, j)
            i += 1
        else:
            yield BeatMatch(MatchKind.EXTRA, i, j)
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

    A test beat just before the start may match the first beat of the reference. A test beat just
    after the start is left out when the next one is closer to that first beat: it then belongs to
    a beat of the learning period.

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
