"""Compare episodes of atrial or ventricular fibrillation, and their durations.

This is the program epicmp of WFDB; EC57:2012, 4.3.4. Any overlap makes an episode of the reference
found and one of the test true. An episode without an end lasts to the end of the record.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks

Episode = tuple[int, int]

#: Ventricular episodes lie between ``[`` and ``]``, atrial ones begin with the note ``(AFIB``.
VENTRICULAR_FIBRILLATION, ATRIAL_FIBRILLATION = "VF", "AF"


@dataclass(frozen=True)
class EpisodeComparison:
    """Numbers and durations of episodes.

    Attributes
    ----------
    found, missed : int
        Episodes of the reference.
    true, false : int
        Episodes of the test.
    overlap_s, reference_s, test_s : float
        Seconds in the episodes of both annotators at once, of the reference, and of the test.
    """

    found: int
    missed: int
    true: int
    false: int
    overlap_s: float
    reference_s: float
    test_s: float


def compare_episodes(
    reference: Marks, test: Marks, part: ComparedPart, kind: str
) -> EpisodeComparison:
    """Compare the episodes of a kind.

    Parameters
    ----------
    reference, test : Marks
        Annotations of one record, in the order of time.
    part : ComparedPart
        Rate and length of the record.
    kind : str
        `VENTRICULAR_FIBRILLATION` or `ATRIAL_FIBRILLATION`.

    Returns
    -------
    EpisodeComparison
    """
    wanted = list_episodes(reference, part, kind)
    got = list_episodes(test, part, kind)
    overlaps = _measure_overlaps(wanted, got)
    found = sum(samples > 0 for samples in overlaps)
    true = sum(samples > 0 for samples in _measure_overlaps(got, wanted))
    return EpisodeComparison(
        *(found, len(wanted) - found, true, len(got) - true),
        *(samples / part.fs for samples in (sum(overlaps), _duration(wanted), _duration(got))),
    )


def list_episodes(marks: Marks, part: ComparedPart, kind: str) -> list[Episode]:
    """Find the episodes of an annotator within the compared part.

    Parameters
    ----------
    marks : Marks
        Annotations in the order of time.
    part : ComparedPart
        Rate and length of the record.
    kind : str
        `VENTRICULAR_FIBRILLATION` or `ATRIAL_FIBRILLATION`.

    Returns
    -------
    list of (int, int)
        First and past-the-end sample of each episode, in the order of time.
    """
    episodes: list[Episode] = []
    since: int | None = None
    for sample, begins in _changes(marks, kind):
        if begins and since is None:
            since = sample
        elif not begins and since is not None:
            episodes.append((since, sample))
            since = None
    if since is not None:
        episodes.append((since, part.length))
    return [
        (max(start, part.start), min(stop, part.length))
        for start, stop in episodes
        if stop >= part.start and start < part.length
    ]


def _changes(marks: Marks, kind: str) -> list[tuple[int, bool]]:
    """List the samples at which an episode may begin (True) or end (False)."""
    if kind == VENTRICULAR_FIBRILLATION:
        chosen = (marks.symbol == "[") | (marks.symbol == "]")
        begins = (marks.symbol[chosen] == "[").tolist()
    else:
        chosen = marks.symbol == "+"
        begins = [note.startswith("(AFIB") for note in marks.note[chosen].tolist()]
    return list(zip(marks.sample[chosen].tolist(), begins, strict=True))


def _measure_overlaps(episodes: Sequence[Episode], others: Sequence[Episode]) -> list[int]:
    """Count the samples of each episode that lie in others; both lists ascend."""
    stops = [stop for _, stop in others]
    overlaps = []
    for start, stop in episodes:
        total, k = 0, bisect_right(stops, start)
        while k < len(others) and others[k][0] < stop:
            total += min(stop, others[k][1]) - max(start, others[k][0])
            k += 1
        overlaps.append(total)
    return overlaps


def _duration(episodes: Sequence[Episode]) -> int:
    return sum(stop - start for start, stop in episodes)
