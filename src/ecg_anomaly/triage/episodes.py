"""Flagged beats that follow each other without a usual one in between."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import WORDINGS, name_kind

#: Flagged beats further apart belong to two episodes even if none was found between them, in s.
LONGEST_STEP_S = 3.0

#: Beats whose reasons are counted at a time: those of a week are never one text.
_BLOCK_BEATS = 1 << 12

#: Names of an episode of one, two, and more beats.
SIZES = ("single beat", "pair", "run")


@dataclass(frozen=True)
class Episodes:
    """Runs of flagged beats, in order; all arrays are (n,).

    Attributes
    ----------
    first, last : int64
        Rows of the first and the last beat.
    top : int64
        Row of the beat with the highest score.
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
        """Beats of each episode."""
        return self.last - self.first + 1

    @property
    def size(self) -> NDArray[np.int64]:
        """Place of each episode in `SIZES`."""
        return np.minimum(self.n_beats, len(SIZES)) - 1


def find_episodes(decisions: BeatDecisions) -> Episodes:
    """Join flagged beats that are neighbours."""
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
    """Name the kind of the strongest reason of some beats, ``"together"`` where none is given."""
    return [name_kind(text) or "together" for text in _texts(decisions, rows)]


def count_kinds(decisions: BeatDecisions) -> list[tuple[str, int, int]]:
    """Count how often each kind of reason was given.

    Returns
    -------
    list of (str, int, int)
        Words for the kind, beats with it among their reasons, beats with it as the strongest; the
        most frequent first, kinds without beats left out.
    """
    starts = [wording.template.partition("{")[0] for wording in WORDINGS.values()]
    flagged = np.flatnonzero(decisions.anomalous)
    counts = np.zeros((len(starts), 2), np.int64)
    for first in range(0, len(flagged), _BLOCK_BEATS):
        texts = _texts(decisions, flagged[first : first + _BLOCK_BEATS])
        every = "".join(f"\n; {text}" for text in texts)
        counts += [(every.count(f"; {start}"), every.count(f"\n; {start}")) for start in starts]
    labels = [wording.label for wording in WORDINGS.values()]
    rows = [(label, int(n), int(first)) for label, (n, first) in zip(labels, counts, strict=True)]
    return sorted((row for row in rows if row[1]), key=lambda row: -row[1])


def _texts(decisions: BeatDecisions, rows: NDArray[np.int64]) -> list[str]:
    return [str(text) for text in decisions.reason[rows].tolist()]
