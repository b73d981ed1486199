"""Choose the segments of a recording that a person should look at, the most important first.

Flagged beats in a row are one episode. Episodes alike form a group, and a strip shows an episode.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import name_kind

#: Length of a strip in s, and how much of it lies before the middle of the episode.
LENGTH_S, LEAD_IN_S = 8.0, 4.0

#: Strips on a page at most.
MOST_STRIPS = 40

#: Flagged beats further apart than this, in s, belong to two episodes although no beat was found
#: between them.
LONGEST_STEP_S = 3.0

#: Names of an episode of one beat, of two, and of more.
SIZES = ("single beat", "pair", "run")


@dataclass(frozen=True)
class Episodes:
    """The episodes of a recording, in the order of time; all arrays are (n,).

    Attributes
    ----------
    first, last : int64
        Rows of the first and the last beat.
    top : int64
        Row of the beat with the highest score, the first of equal ones.
    score : float64
        That score.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    top: NDArray[np.int64]
    score: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def n_beats(self) -> NDArray[np.int64]:
        """Number of beats of each episode."""
        return self.last - self.first + 1

    @property
    def size(self) -> NDArray[np.int64]:
        """Index of each episode in `SIZES`."""
        return np.minimum(self.n_beats, len(SIZES)) - 1


def group_flagged_beats(decisions: BeatDecisions) -> Episodes:
    """Join neighbouring flagged beats to episodes."""
    rows = np.flatnonzero(decisions.anomalous).astype(np.int64)
    if not len(rows):
        nothing = np.zeros(0, np.int64)
        return Episodes(nothing, nothing, nothing, np.zeros(0))
    apart = (np.diff(rows) > 1) | (np.diff(decisions.time_s[rows]) > LONGEST_STEP_S)
    start = np.concatenate([[0], np.flatnonzero(apart) + 1])
    end = np.append(start[1:], len(rows)) - 1
    episode = np.cumsum(np.concatenate([[0], apart]))
    score = decisions.score[rows]
    top = rows[np.lexsort((-rows, score, episode))[end]]
    return Episodes(rows[start], rows[end], top, decisions.score[top])


def name_kinds(decisions: BeatDecisions, rows: NDArray[np.int64]) -> list[str]:
    """Return the kind of the strongest reason of some beats, ``"together"`` where none is given."""
    return [name_kind(str(text)) or "together" for text in decisions.reason[rows].tolist()]


@dataclass(frozen=True)
class Strip:
    """A segment of a recording to look at.

    Attributes
    ----------
    number : int
        Place in the order of review, from 1.
    start_s, end_s : float
        Where it begins and ends, in s from the start of the recording.
    first, last, top : int
        Rows of the first, the last and the highest-scored beat of the episode it shows.
    size : int
        Index in `SIZES`.
    kind : str
        Kind of the strongest reason of the top beat, a key of
        `ecg_anomaly.detector.explanation.wording.WORDINGS`.
    alike : int
        Number of episodes of this size and kind in the recording, this one included.
    found_s : (float, float) or None
        Start and end in s of the finding that it is about, which may go on beyond it.
    """

    number: int
    start_s: float
    end_s: float
    first: int
    last: int
    top: int
    size: int
    kind: str
    alike: int
    found_s: tuple[float, float] | None = None


def choose_strips(
    decisions: BeatDecisions, duration_s: float, most: int = MOST_STRIPS
) -> list[Strip]:
    """Choose the strips of a recording, in the order of review.

    Episodes of flagged beats are sorted into groups by their size (a single beat, a pair, a run)
    and by the kind of the strongest reason. The strips take the first of every group, then the
    second of every group, and so on, so that the first few show every kind of finding once. Groups
    come in the order of their scores; inside a group longer runs come first, then higher scores.
    An episode whose top beat is on an earlier strip gets no strip of its own.

    Parameters
    ----------
    decisions : BeatDecisions
        Beats in order.
    duration_s : float
        Length of the recording in s.
    most : int
        Strips at most.
    """
    episodes = group_flagged_beats(decisions)
    kinds = name_kinds(decisions, episodes.top)
    group = _group(episodes, kinds)
    alike = np.bincount(group)[group] if len(group) else group
    strips: list[Strip] = []
    shown = np.zeros(len(decisions.sample), dtype=bool)
    for row in _order(episodes, group).tolist():
        if shown[episodes.top[row]]:
            continue
        first, last, top = (
            int(rows[row]) for rows in (episodes.first, episodes.last, episodes.top)
        )
        first_s, last_s, top_s = decisions.time_s[[first, last, top]].tolist()
        start_s, end_s = _place(first_s, last_s, top_s, duration_s)
        at = np.searchsorted(decisions.time_s, [start_s, end_s])
        shown[at[0] : at[1]] = True
        size, number = int(episodes.size[row]), len(strips) + 1
        strips.append(
            Strip(number, start_s, end_s, first, last, top, size, kinds[row], int(alike[row]))
        )
        if number == most:
            break
    return strips


def _group(episodes: Episodes, kinds: list[str]) -> NDArray[np.int64]:
    number = {kind: place for place, kind in enumerate(dict.fromkeys(kinds))}
    of_kind = np.array([number[kind] for kind in kinds], dtype=np.int64)
    return np.unique(of_kind * len(SIZES) + episodes.size, return_inverse=True)[1]


def _order(episodes: Episodes, group: NDArray[np.int64]) -> NDArray[np.intp]:
    """Order the episodes: the best of each group, then the second best of each, and so on."""
    run_length = np.where(episodes.size == 2, episodes.n_beats, 0)
    inside = np.lexsort((episodes.first, -episodes.score, -run_length, group))
    counts = np.bincount(group, minlength=1)
    turn = np.empty(len(episodes), dtype=np.int64)
    turn[inside] = np.arange(len(episodes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.lexsort((episodes.first, -episodes.score, turn))


def _place(first_s: float, last_s: float, top_s: float, duration_s: float) -> tuple[float, float]:
    """Centre a strip on an episode; on a long one, begin 1 s before it, or 6 s before its top."""
    fits = last_s - first_s <= LENGTH_S - 2.0
    start_s = (first_s + last_s) / 2 - LEAD_IN_S if fits else max(first_s - 1.0, top_s - 6.0)
    start_s = max(0.0, min(start_s, duration_s - LENGTH_S))
    return start_s, min(start_s + LENGTH_S, duration_s)
