"""Episodes: flagged beats in a row, without another beat between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import name_kind

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


def find_episodes(decisions: BeatDecisions) -> Episodes:
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
